import { E, atOnce } from '@periplus/prelude'
import type { Either, Steps } from '@periplus/prelude'
import { maxDepth, scanJson } from './scan-json.ts'
import type { Member, Spelling } from './scan-json.ts'

/** A JSON text as it was read, with what a plain value does not show. */
export interface ParsedJson {
  /** Integers beyond 2^53 are `bigint`. */
  readonly value: unknown
  /** Members in the text's order where a key stands twice in one object; otherwise none, as they are of no use. */
  readonly members: readonly Member[]
  /** Whole numbers that are not spelled as integers. */
  readonly spellings: readonly Spelling[]
}

const quote = 0x22
const colon = 0x3a
const open = 0x7b
const close = 0x7d
const openList = 0x5b
const closeList = 0x5d
const backslash = 0x5c

/** Where the string that opens at `start` closes. Searched for natively: long strings are most of many bodies. */
const endOfString = (text: string, start: number): number => {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let escapes = 0
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes++
    if (escapes % 2 === 0) return end
  }
}

interface Measured {
  /** Outside of strings: one for each member. */
  readonly colons: number
  readonly depth: number
  /** A number stands there that `JSON.parse` would not keep as it is spelled. */
  readonly spelled: boolean
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39
const isPointOrExponent = (code: number): boolean => code === 0x2e || code === 0x65 || code === 0x45

/** What one walk over text that is known to be JSON tells of it. */
const measure = (text: string): Measured => {
  let colons = 0
  let depth = 0
  let deepest = 0
  let spelled = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) at = endOfString(text, at)
    else if (code === colon) colons++
    else if (code === open || code === openList) {
      if (++depth > deepest) deepest = depth
    } else if (code === close || code === closeList) depth--
    else if (isDigit(code)) {
      const start = at
      while (isDigit(text.charCodeAt(at + 1))) at++
      spelled ||= at - start >= 15 || isPointOrExponent(text.charCodeAt(at + 1))
    }
  }
  return { colons, depth: deepest, spelled }
}

const countMembers = (value: unknown): number => {
  let count = 0
  const pending: unknown[] = [value]
  while (pending.length > 0) {
    const next = pending.pop()
    if (typeof next !== 'object' || next === null) continue
    if (Array.isArray(next)) for (const element of next) pending.push(element)
    else
      for (const key in next) {
        count++
        pending.push((next as Record<string, unknown>)[key])
      }
  }
  return count
}

/**
 * JSON text with Go's error for text that isn't JSON, with the members where a key is repeated, and with integers that keep their
 * digits. `JSON.parse` keeps only the last of repeated members, so fewer members than colons means that one was lost, and it
 * rounds: only then the slow scan runs.
 */
export const parseJson = (text: string): Either<string, ParsedJson> => atOnce(parseJsonInSteps(text))

/** The same in steps. */
export function* parseJsonInSteps(text: string): Steps<Either<string, ParsedJson>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    const scanned = scanJson(text)
    return E.isLeft(scanned) ? scanned : E.left('invalid JSON')
  }
  yield
  const { colons, depth, spelled } = measure(text)
  if (depth > maxDepth) return E.left('exceeded max depth')
  yield
  const complete = colons === countMembers(value)
  if (complete && !spelled) return E.right({ value, members: [], spellings: [] })
  const scanned = scanJson(text)
  if (E.isLeft(scanned)) return scanned
  const { members, ...exact } = scanned.right
  return E.right({ ...exact, members: complete ? [] : members })
}
