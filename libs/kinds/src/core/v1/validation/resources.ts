import { compareQuantities, fieldError, isQualifiedName, quantityOf } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { obeys } from '../../../validation/values.ts'
import type { ResourceRequirements } from '../resources.ts'

const { invalid } = fieldError

const ofContainers = new Set(['cpu', 'memory', 'ephemeral-storage', 'storage'])

const nameErrors = (path: FieldPath, name: string): readonly FieldError[] => {
  const broken = obeys(path, name, isQualifiedName)
  if (broken.length > 0 || name.includes('/') || name.startsWith('hugepages-') || ofContainers.has(name)) return broken
  return [
    invalid(path, name, 'must be a standard resource type or fully qualified'),
    invalid(path, name, 'must be a standard resource for containers'),
  ]
}

/** Resources of other vendors can't be overcommitted: what is asked for is what is had. */
const overcommits = (name: string): boolean =>
  !name.startsWith('hugepages-') && (!name.includes('/') || name.includes('kubernetes.io/'))

const amountErrors = (path: FieldPath, amounts: Readonly<Record<string, string>> | undefined): readonly FieldError[] =>
  Object.entries(amounts ?? {}).flatMap(([name, text]) => [
    ...nameErrors(path, name),
    ...(quantityOf(text).nanos < 0n ? [invalid(`${path}[${name}]`, text, 'must be greater than or equal to 0')] : []),
  ])

/** What is wrong with what a container asks for and is limited to. */
export const resourceErrors = (
  path: FieldPath,
  { requests, limits }: ResourceRequirements = {},
): readonly FieldError[] => [
  ...amountErrors(`${path}.limits`, limits),
  ...amountErrors(`${path}.requests`, requests),
  ...Object.entries(requests ?? {}).flatMap(([name, asked]) => {
    const limit = limits?.[name]
    const at = `${path}.requests`
    if (limit === undefined)
      return overcommits(name)
        ? []
        : [fieldError.required(`${path}.limits`, 'Limit must be set for non overcommitable resources')]
    const comparison = compareQuantities(quantityOf(asked), quantityOf(limit))
    if (!overcommits(name) && comparison !== 0)
      return [invalid(at, asked, `must be equal to ${name} limit of ${limit}`)]
    return comparison > 0 ? [invalid(at, asked, `must be less than or equal to ${name} limit of ${limit}`)] : []
  }),
]
