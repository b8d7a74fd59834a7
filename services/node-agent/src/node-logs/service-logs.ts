import { realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { E, sharedTurn } from '@periplus/prelude'
import { linearPattern } from '@periplus/api'
import { openPlainFile } from '../files/open-plain-file.ts'
import { lastLines } from './last-lines.ts'
import { lineTime } from './line-time.ts'
import type { LogQueryOptions } from './log-query.ts'

/** Where a part of the node says what it does, a line each; what it said before stands in the file of that name and `.1`. */
export interface ServiceLog {
  readonly path: string
  /** Only lines of components whose names begin so; absent: all. */
  readonly component?: string
}

interface TimedLine {
  readonly text: string
  /** Milliseconds since the epoch; that of the line before where it has none. */
  readonly time: number
}

const chunkBytes = 64 * 1024
/** A longer line is cut. */
const longestLine = 2 ** 20
const newline = 10
/** What is kept of the last lines at most, whatever their number. */
const mostTailBytes = 16 * 2 ** 20

/** The lines of a file as far as it goes now; none where there is no such file. */
async function* linesOf(path: string): AsyncGenerator<readonly string[]> {
  const file = await openPlainFile(path)
  if (!file) return
  try {
    let left = (await file.stat()).size
    let rest = Buffer.alloc(0)
    while (left > 0) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(chunkBytes, left)))
      if (bytesRead === 0) break
      left -= bytesRead
      const read = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
      const end = read.lastIndexOf(newline)
      rest = read.subarray(end + 1)
      if (rest.length > longestLine) rest = rest.subarray(0, longestLine)
      if (end >= 0) yield read.toString('utf8', 0, end).split('\n')
    }
    if (rest.length > 0) yield [rest.toString()]
  } finally {
    await file.close()
  }
}

/** The lines of one part, from its oldest on. */
async function* linesOfService({ path, component }: ServiceLog): AsyncGenerator<readonly TimedLine[]> {
  const directory = await realpath(dirname(path)).catch(() => undefined)
  if (directory === undefined) return
  const file = join(directory, basename(path))
  const isOf = component === undefined ? undefined : `"component":"${component}`
  let time = 0
  for (const part of [`${file}.1`, file])
    for await (const texts of linesOf(part))
      yield texts.flatMap(text => {
        time = lineTime(text) ?? time
        return isOf === undefined || text.includes(isOf) ? [{ text, time }] : []
      })
}

/** The lines of several parts in the order of their times. */
async function* merged(parts: readonly AsyncGenerator<readonly TimedLine[]>[]): AsyncGenerator<readonly TimedLine[]> {
  const [only] = parts
  if (only && parts.length === 1) return yield* only
  const waiting = parts.map(() => ({ lines: [] as readonly TimedLine[], at: 0, isOver: false }))
  for (;;) {
    for (const [i, part] of waiting.entries())
      while (part.at === part.lines.length && !part.isOver) {
        const next = await parts[i]?.next()
        waiting[i] = Object.assign(part, { lines: next?.value ?? [], at: 0, isOver: next?.done ?? true })
      }
    const out: TimedLine[] = []
    const heads = waiting.filter(({ at, lines }) => at < lines.length)
    if (heads.length === 0) return
    while (heads.every(({ at, lines }) => at < lines.length)) {
      const first = heads.reduce((a, b) => ((b.lines[b.at]?.time ?? 0) < (a.lines[a.at]?.time ?? 0) ? b : a))
      const line = first.lines[first.at++]
      if (line) out.push(line)
    }
    yield out
  }
}

/** As `journalctl --grep`: without a capital letter in it, capitals make no difference. */
const matching = (pattern: string | undefined): ((text: string) => boolean) => {
  if (pattern === undefined) return () => true
  const compiled = linearPattern(/[A-Z]/.test(pattern) ? pattern : `(?i)${pattern}`)
  return E.isLeft(compiled) ? () => false : text => compiled.right.program.matcher(text).find()
}

/**
 * What parts of the node said, as a query wants it, a text at a time. `startedAt`: when the machine was started, in milliseconds since
 * the epoch. What was said in an earlier life of the machine is not told apart from what was before that.
 */
export async function* serviceLogs(
  logs: readonly ServiceLog[],
  { since = -Infinity, until = Infinity, tail, boot, pattern }: LogQueryOptions,
  startedAt: number,
): AsyncGenerator<string> {
  if (boot !== undefined && boot < 0) return yield `\nlogs of boot ${boot} are not told apart from older ones\n`
  const from = boot === undefined ? since : Math.max(since, startedAt)
  const hasPattern = matching(pattern)
  const last = tail === undefined ? undefined : lastLines(tail, mostTailBytes)
  for await (const lines of merged(logs.map(linesOfService))) {
    const wanted = lines.flatMap(({ text, time }) => (time >= from && time <= until && hasPattern(text) ? [text] : []))
    if (last) last.add(wanted)
    else if (wanted.length > 0) yield `${wanted.join('\n')}\n`
    if (sharedTurn.isOver()) await sharedTurn.next()
  }
  if (last) for (const text of last.lines()) yield `${text}\n`
}
