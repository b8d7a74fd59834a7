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

/** Members that one object may have, of whatever kind: such objects are no longer records for the engine, and each copy is dear. */
export const mostMembers = mostValues

/** 413 for an object in a body, of more members than that. */
export const tooManyMembers: Refusal = {
  tag: 'RequestEntityTooLarge',
  limitBytes: 0,
  message: `Request entity too large: an object in it has more than ${mostMembers} members`,
}

const quote = 0x22
const comma = 0x2c
const backslash = 0x5c
const openList = 0x5b
const open = 0x7b

/** How many values JSON text, as bytes, has; no more are counted than one over `most`. One walk that reads nothing, before anything is read. */
export const valuesIn = (body: Uint8Array, most: number): number => {
  const { length } = body
  let values = 0
  for (let at = 0; at < length; at++) {
    const byte = body[at]
    if (byte === comma || byte === open || byte === openList) {
      if (++values > most) return values
    } else if (byte === quote) for (at++; at < length && body[at] !== quote; at++) if (body[at] === backslash) at++
  }
  return values
}

/** Whether JSON text, as bytes, has more values than that. */
export const hasTooManyValues = (body: Uint8Array, most: number): boolean => valuesIn(body, most) > most

/** Whether an object in JSON text, as bytes, has more members than one may have. Of text with as many values. */
export const hasWideObject = (body: Uint8Array): boolean => {
  const { length } = body
  const commas: number[] = []
  let here = 0
  for (let at = 0; at < length; at++) {
    const byte = body[at]
    if (byte === comma) {
      if (++here >= mostMembers) return true
    } else if (byte === open || byte === openList) {
      commas.push(here)
      // Elements of a list are no members.
      here = byte === open ? 0 : -Infinity
    } else if (byte === close || byte === closeList) here = commas.pop() ?? 0
    else if (byte === quote) for (at++; at < length && body[at] !== quote; at++) if (body[at] === backslash) at++
  }
  return false
}

const close = 0x7d
const closeList = 0x5d

/** Why a value, such as what a patch made, has too much in it: more than `most` values, or an object of too many members. */
export const widthFault = (value: unknown, most: number): Refusal | undefined => {
  let left = most
  const pending: unknown[] = [value]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next !== 'object' || next === null) continue
    if (Array.isArray(next)) {
      left -= next.length
      for (const one of next) if (typeof one === 'object' && one !== null) pending.push(one)
    } else {
      let members = 0
      for (const key in next) {
        members++
        const one = (next as Readonly<Record<string, unknown>>)[key]
        if (typeof one === 'object' && one !== null) pending.push(one)
      }
      left -= members
      if (members > mostMembers && left >= 0) return tooManyMembers
    }
    if (left < 0) return tooManyValues(most)
  }
  return undefined
}
