import { E, isRestDue, own } from '@periplus/prelude'
import type { Either, Steps } from '@periplus/prelude'
import type { Kind } from '../kind.ts'
import type { KubernetesObject } from '../meta/object-meta.ts'
import type { Refusal } from '../refusal.ts'
import { badRequest } from '../status/refusals.ts'

/** One term of a field selector; all terms must hold. */
export interface FieldRequirement {
  readonly field: string
  readonly operator: '=' | '!='
  readonly value: string
}

const unescape = (text: string): string | undefined => {
  if (!text.includes('\\')) return text
  const plain = text.replace(/\\([\\,=])/g, '$1')
  return /\\(?![\\,=])/.test(text.replace(/\\[\\,=]/g, '')) ? undefined : plain
}

/** Splits at commas that no backslash precedes. */
function* termsOf(text: string): Iterable<string> {
  let start = 0
  for (let at = 0; at < text.length; at++)
    if (text[at] === '\\') at++
    else if (text[at] === ',') {
      yield text.slice(start, at)
      start = at + 1
    }
  yield text.slice(start)
}

const operator = /^((?:\\.|[^\\=!]|!(?!=))*)(!=|==|=)(.*)$/s

/**
 * Field selector text, such as `metadata.name=web,status.phase!=Running`, as `fields.ParseSelector` reads it: a backslash
 * escapes commas, equals signs and itself in values.
 */
export function* parseFieldSelectorInSteps(text: string): Steps<Either<Refusal, readonly FieldRequirement[]>> {
  const requirements: FieldRequirement[] = []
  for (const term of termsOf(text)) {
    if (isRestDue()) yield
    if (term === '') continue
    const match = operator.exec(term)
    if (!match) return E.left(badRequest(`invalid selector: '${text}'; can't understand '${term}'`))
    const value = unescape(match[3] ?? '')
    if (value === undefined) return E.left(badRequest(`invalid field selector: ${term}: invalid escape sequence`))
    requirements.push({ field: match[1] ?? '', operator: match[2] === '!=' ? '!=' : '=', value })
  }
  return E.right(requirements)
}

type Read = (object: KubernetesObject) => string

const readerOf = (kind: Kind, field: string): Read | undefined => {
  if (field === 'metadata.name') return object => object.metadata?.name ?? ''
  if (field === 'metadata.namespace') return object => object.metadata?.namespace ?? ''
  return own(kind.selectableFields, field)
}

/** Kubernetes has its own words for kinds that can be found by nothing but name and namespace. */
const unknownField = (kind: Kind, field: string): string =>
  Object.keys(kind.selectableFields).length > 0
    ? `field label not supported: ${field}`
    : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`

/** What is demanded of one field, by however many terms. */
interface FieldDemand {
  readonly read: Read
  equal: string | undefined
  /** Terms that exclude each other. */
  impossible: boolean
  readonly unequal: Set<string>
}

const isMetBy = ({ read, equal, unequal }: FieldDemand, object: KubernetesObject): boolean => {
  const value = read(object)
  return (equal === undefined || value === equal) && !unequal.has(value)
}

/** The test for objects of `kind`, which reads each field once; refused where the kind doesn't offer a field. */
export function* fieldMatcherInSteps(
  kind: Kind,
  requirements: readonly FieldRequirement[],
): Steps<Either<Refusal, (object: KubernetesObject) => boolean>> {
  const demands = new Map<string, FieldDemand>()
  for (const { field, operator: sign, value } of requirements) {
    if (isRestDue()) yield
    const read = readerOf(kind, field)
    if (read === undefined) return E.left(badRequest(unknownField(kind, field)))
    const demand = demands.get(field) ?? { read, equal: undefined, impossible: false, unequal: new Set<string>() }
    demands.set(field, demand)
    if (sign === '!=') demand.unequal.add(value)
    else {
      demand.impossible ||= demand.equal !== undefined && demand.equal !== value
      demand.equal = value
    }
  }
  const each = [...demands.values()]
  if (each.some(({ impossible }) => impossible)) return E.right(() => false)
  return E.right(object => each.every(demand => isMetBy(demand, object)))
}

/** The name that the selector pins (`metadata.name=x`), for which a single read suffices. */
export const pinnedName = (requirements: readonly FieldRequirement[]): string | undefined =>
  requirements.find(({ field, operator: sign }) => field === 'metadata.name' && sign === '=')?.value
