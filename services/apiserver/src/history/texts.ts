import { toJson } from '@periplus/api'
import type { Reply } from '../http/reply.ts'

/** JSON of a value with one more member, a list of what is JSON already; written piece by piece. */
export const textReply = (value: object, member: string, texts: readonly string[]): Reply => ({
  tag: 'Pieces',
  contentType: 'application/json',
  pieces: pieces(`${toJson(value).slice(0, -1)},"${member}":[`, texts),
})

async function* pieces(opening: string, texts: readonly string[]): AsyncGenerator<Uint8Array> {
  yield Buffer.from(opening)
  for (const [at, text] of texts.entries()) yield Buffer.from(at === 0 ? text : `,${text}`)
  yield Buffer.from(']}\n')
}

/** Lines of JSON: what they are, one a line. */
export const lines = 'application/x-ndjson'

export const linesReply = (values: AsyncIterable<unknown>): Reply => ({
  tag: 'Pieces',
  contentType: lines,
  pieces: lineByLine(values),
})

async function* lineByLine(values: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const value of values) yield Buffer.from(`${toJson(value)}\n`)
}
