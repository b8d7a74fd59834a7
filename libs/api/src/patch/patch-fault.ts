import { isRecord } from '../json/json-value.ts'
import type { Refusal } from '../refusal.ts'
import { badRequest } from '../status/refusals.ts'

/**
 * Ends the application of a patch from any depth. Thrown only inside `applyStrategicPatch`, which turns it into the refusal that
 * it carries: the merge itself would drown in `Either`.
 */
export class PatchFault extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal & { readonly message: string }) {
    super(refusal.message)
    this.refusal = refusal
  }
}

/** The patch itself is malformed: 400. */
export const malformed = (message: string): never => {
  throw new PatchFault(badRequest(message) as Refusal & { readonly message: string })
}

/** The patch doesn't fit what it is applied to: 422. */
export const unprocessable = (message: string): never => {
  throw new PatchFault({ tag: 'Unprocessable', message })
}

/** A value as Go's `%v` prints it: `map[image:x name:y]`, `[a b]`. */
export const goValue = (value: unknown): string => {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`
  if (!isRecord(value)) return String(value)
  const members = Object.keys(value)
    .sort()
    .map(key => `${key}:${goValue(value[key])}`)
  return `map[${members.join(' ')}]`
}

export const noMergeKey = (element: unknown, mergeKey: string): never =>
  unprocessable(`map: ${goValue(element)} does not contain declared merge key: ${mergeKey}`)

export const badPatchType = (type: unknown, holder: unknown): never =>
  malformed(`unknown patch type: ${goValue(type)} in map: ${goValue(holder)}`)
