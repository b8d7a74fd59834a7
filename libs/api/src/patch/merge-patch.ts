import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { isRecord, put } from '../json/json-value.ts'
import type { Refusal } from '../refusal.ts'
import { badRequest } from '../status/refusals.ts'

const merge = (target: unknown, patch: unknown): unknown => {
  if (!isRecord(patch)) return patch
  const merged: Record<string, unknown> = {}
  const base = isRecord(target) ? target : {}
  for (const key of Object.keys(base))
    if (!Object.hasOwn(patch, key)) put(merged, key, base[key])
    else if (patch[key] !== null) put(merged, key, merge(base[key], patch[key]))
  for (const key of Object.keys(patch))
    if (!Object.hasOwn(base, key) && patch[key] !== null) put(merged, key, merge(undefined, patch[key]))
  return merged
}

/** A merge patch (RFC 7386): null deletes, objects merge, everything else replaces. The document is not changed. */
export const applyMergePatch = (document: unknown, patch: unknown): Either<Refusal, unknown> =>
  isRecord(patch) ? E.right(merge(document, patch)) : E.left(badRequest('Invalid JSON Patch'))
