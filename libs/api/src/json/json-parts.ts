import { isRestDue } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { isRecord } from './json-value.ts'

/** Characters that a part has at least, but for the last one. */
const partLength = 64 * 1024
/** What lies deeper is written at once. */
const depth = 4

function* texts(value: unknown, left: number): Iterable<string> {
  if (left === 0 || !isRecord(value)) return yield JSON.stringify(value)
  let before = '{'
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue
    yield `${before}${JSON.stringify(name)}:`
    yield* texts(member, left - 1)
    before = ','
  }
  yield before === '{' ? '{}' : '}'
}

/** A large document as `JSON.stringify` writes it, in parts and in steps: one for each value down to four levels below. */
export function* jsonPartsInSteps(document: unknown): Steps<readonly Buffer[]> {
  const parts: Buffer[] = []
  let text = ''
  for (const piece of texts(document, depth)) {
    text += piece
    if (text.length >= partLength) {
      yield
      parts.push(Buffer.from(text))
      text = ''
    } else if (isRestDue()) yield
  }
  parts.push(Buffer.from(text))
  return parts
}
