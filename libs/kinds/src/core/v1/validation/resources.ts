import { compareQuantities, fieldError, isDns1123Label, parseQuantity, quantityOf, wholeValue } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, obeys } from '../../../validation/values.ts'
import type { ResourceClaim, ResourceRequirements } from '../resources.ts'
import { amountErrors, containerResourceErrors, isHugePages, overcommits } from './resource-names.ts'

const { duplicate, forbidden, invalid, required } = fieldError

type Amounts = Readonly<Record<string, string>>
type NameRule = (path: FieldPath, name: string) => readonly FieldError[]

/** A huge page can't be had in part: its size stands in the name. */
const hugePageErrors = (path: FieldPath, name: string, text: string): readonly FieldError[] => {
  if (!isHugePages(name)) return []
  const size = parseQuantity(name.slice('hugepages-'.length))
  const page = E.isRight(size) ? size.right.nanos : 0n
  const whole = 1_000_000_000n
  return page > 0n && page % whole === 0n && wholeValue(quantityOf(text)) % (page / whole) === 0n
    ? []
    : [invalid(path, text, `${text} is not positive integer multiple of ${name}`)]
}

const listErrors = (path: FieldPath, amounts: Amounts, rule: NameRule): readonly FieldError[] =>
  Object.entries(amounts).flatMap(([name, text]) => {
    const at = `${path}[${name}]`
    return [...rule(at, name), ...amountErrors(at, name, text), ...hugePageErrors(at, name, text)]
  })

/** What is asked for against what is allowed. */
const pairErrors = (path: FieldPath, name: string, asked: string, limit: string | undefined): readonly FieldError[] => {
  if (limit === undefined)
    return overcommits(name) ? [] : [required(`${path}.limits`, 'Limit must be set for non overcommitable resources')]
  const order = compareQuantities(quantityOf(asked), quantityOf(limit))
  const at = `${path}.requests`
  if (order !== 0 && !overcommits(name)) return [invalid(at, asked, `must be equal to ${name} limit of ${limit}`)]
  return order > 0 ? [invalid(at, asked, `must be less than or equal to ${name} limit of ${limit}`)] : []
}

/** Each claim that isn't there is told of with those that are. */
const mostNamed = 100

/** Claims of the pod that a container uses, each once: as a whole or request by request. */
const claimErrors = (
  path: FieldPath,
  claims: readonly ResourceClaim[] | undefined,
  known: ReadonlySet<string>,
): readonly FieldError[] => {
  const seen = new Set<string>()
  const inPart = new Set<string>()
  const list = known.size === 0 ? ' which is empty' : `: ${[...known].sort().slice(0, mostNamed).join(', ')}`
  return each(path, claims, ({ name, request }, at) => {
    if (name === '') return [required(at)]
    const key = request ? `${name}/${request}` : name
    const overlaps = !request && inPart.has(name)
    const again = seen.has(name) ? name : seen.has(key) ? key : overlaps ? name : undefined
    const errors = [
      ...(seen.has(name) ? [] : obeys(`${at}.request`, request, isDns1123Label)),
      ...(again === undefined ? [] : [duplicate(at, again)]),
      ...(known.has(name)
        ? []
        : [
            {
              ...fieldError.notFound(at, name),
              message: `Not found: ${JSON.stringify(name)}: must be one of the names in pod.spec.resourceClaims${list}`,
            },
          ]),
    ]
    seen.add(key)
    if (request) inPart.add(name)
    return errors
  })
}

const noClaims: ReadonlySet<string> = new Set()

/** What is wrong with what a container asks for and is limited to; `known` are the pod's claims. */
export const resourceErrors = (
  path: FieldPath,
  resources: ResourceRequirements | undefined,
  known: ReadonlySet<string> = noClaims,
  rule: NameRule = containerResourceErrors,
): readonly FieldError[] => {
  if (!resources) return []
  const { requests = {}, limits = {}, claims } = resources
  const names = [...Object.keys(limits), ...Object.keys(requests)]
  if (names.length === 0 && claims === undefined) return []
  return [
    ...listErrors(`${path}.limits`, limits, rule),
    ...listErrors(`${path}.requests`, requests, rule),
    ...Object.entries(requests).flatMap(([name, asked]) => pairErrors(path, name, asked, limits[name])),
    ...(names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')
      ? [forbidden(path, 'HugePages require cpu or memory')]
      : []),
    ...claimErrors(`${path}.claims`, claims, known),
  ]
}
