import { nanoTimeText } from '@periplus/prelude'
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { documentOf } from '../document.ts'
import { lineId } from '../line.ts'
import type { LogLine } from '../line.ts'
import type { Template } from '../template.ts'

export interface BatchObject {
  readonly key: string
  readonly body: Buffer
  /** Places of its lines in the batch. */
  readonly indexes: readonly number[]
}

/** The same for the same lines, so that an object that is written twice is there once. */
const nameOf = (lines: readonly LogLine[]): string => {
  const hash = createHash('sha256')
  for (const line of lines) hash.update(`${lineId(line)}\n`)
  const [first] = lines
  const time = first === undefined ? '' : nanoTimeText(first.time).replace(/[:.]/g, '-')
  return `${time}-${hash.digest('hex').slice(0, 16)}`
}

/** An object for each prefix: gzip of documents, one a line. */
export const batchObjects = (lines: readonly LogLine[], prefix: Template): readonly BatchObject[] => {
  const byPrefix = new Map<string, number[]>()
  for (const [index, line] of lines.entries()) {
    const text = prefix.of(line)
    const known = byPrefix.get(text)
    if (known) known.push(index)
    else byPrefix.set(text, [index])
  }
  return [...byPrefix].map(([text, indexes]) => {
    const own = indexes.flatMap(index => lines[index] ?? [])
    const body = gzipSync(`${own.map(documentOf).join('\n')}\n`, { level: 1 })
    return { key: `${text}${nameOf(own)}.ndjson.gz`, body, indexes }
  })
}
