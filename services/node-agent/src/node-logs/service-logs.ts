import { realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { E, sharedTurn } from '@periplus/prelude'
import { linearPattern } from '@periplus/api'
import { outputLines } from '@periplus/service'
import type { OutputReading } from '@periplus/service'
import { lastLines } from './last-lines.ts'
import { lineTime } from './line-time.ts'
import type { LogQueryOptions } from './log-query.ts'

/** Where a part of the node says what it does, a line each; what it said before stands in the files of that name and `.1` (the newest) to `.5`. */
export interface ServiceLog {
  readonly path: string
  /** Whether a line there is of this part; absent: all are. */
  readonly isOf?: (line: string) => boolean
}

export interface TimedLine {
  readonly text: string
  /** Milliseconds since the epoch; that of the line before where it has none. */
  readonly time: number
}

export interface TimedPart {
  readonly lines: readonly TimedLine[]
  /** What follows was not there yet. */
  readonly isCaughtUp: boolean
}

/** What is kept of the last lines at most, whatever their number. */
const mostTailBytes = 16 * 2 ** 20

/** The lines of one part, from its oldest on, or from some before `since`; with `follow` also what it says from now on. */
export async function* linesOfService(
  { path, isOf = () => true }: ServiceLog,
  { since, follow }: Pick<OutputReading, 'since' | 'follow'> = {},
): AsyncGenerator<TimedPart> {
  const directory = await realpath(dirname(path)).catch(() => undefined)
  if (directory === undefined) return
  let time = 0
  const output = join(directory, basename(path))
  const read = outputLines({ path: output, ...(since === undefined ? {} : { since }), ...(follow ? { follow } : {}) })
  for await (const { lines, isCaughtUp } of read)
    yield {
      isCaughtUp,
      lines: lines.flatMap(text => {
        time = lineTime(text) ?? time
        return isOf(text) ? [{ text, time }] : []
      }),
    }
}

async function* linesNow(log: ServiceLog, since: number): AsyncGenerator<readonly TimedLine[]> {
  for await (const { lines } of linesOfService(log, { since })) yield lines
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
  for await (const lines of merged(logs.map(log => linesNow(log, from)))) {
    const wanted = lines.flatMap(({ text, time }) => (time >= from && time <= until && hasPattern(text) ? [text] : []))
    if (last) last.add(wanted)
    else if (wanted.length > 0) yield `${wanted.join('\n')}\n`
    if (sharedTurn.isOver()) await sharedTurn.next()
  }
  if (last) for (const text of last.lines()) yield `${text}\n`
}
