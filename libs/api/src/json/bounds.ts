import type { Refusal } from '../refusal.ts'

/**
 * Values in one body, at most. Kubernetes bounds bytes alone; but what a body costs is its values, and three megabytes may be a million
 * of them, in which everybody else would wait for one. No built-in object comes near.
 */
export const mostValues = 20_000

/** In a custom object, which may be whatever its kind is for; and, for who rules the cluster, in a definition with its schemas. */
export const mostCustomValues = 50_000
/** Values that a CustomResourceDefinition may have; schemas are long. */
export const mostDefinitionValues = 100_000

/** 413 for a body of more than `most` values. */
export const tooManyValues = (most: number): Refusal => ({
  tag: 'RequestEntityTooLarge',
  limitBytes: 0,
  message: `Request entity too large: it has more than ${most} values`,
})

const quote = 0x22
const comma = 0x2c
const backslash = 0x5c
const openList = 0x5b
const open = 0x7b

/** Whether JSON text, as bytes, has more values than that: one walk that reads nothing, before anything is read. */
export const hasTooManyValues = (body: Uint8Array, most: number): boolean => {
  const { length } = body
  let values = 0
  for (let at = 0; at < length; at++) {
    const byte = body[at]
    if (byte === comma || byte === open || byte === openList) {
      if (++values > most) return true
    } else if (byte === quote) for (at++; at < length && body[at] !== quote; at++) if (body[at] === backslash) at++
  }
  return false
}

/** The same of a value, such as what a patch made. */
export const isTooWide = (value: unknown, most: number): boolean => {
  let left = most
  const pending: unknown[] = [value]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next !== 'object' || next === null) continue
    const inner: readonly unknown[] = Array.isArray(next) ? next : Object.values(next)
    left -= inner.length
    if (left < 0) return true
    for (const one of inner) if (typeof one === 'object' && one !== null) pending.push(one)
  }
  return false
}
