import { nanoTimeText } from '@periplus/prelude'
import type { OutputReading } from '@periplus/service'
import type { LogRequest } from '@periplus/runtime'
import { lastLines } from '../node-logs/last-lines.ts'
import { linesOfService } from '../node-logs/service-logs.ts'
import type { ServiceLog, TimedLine } from '../node-logs/service-logs.ts'

/** What of an output is of one life of a process, from and up to when, in milliseconds since the epoch. */
export interface LifeSpan {
  readonly from: number
  readonly until?: number
}

type Wanted = Pick<LogRequest, 'timestamps' | 'tailLines' | 'limitBytes'>

/** What is kept of the last lines at most, whatever their number. */
const mostTailCharacters = 16 * 2 ** 20

/**
 * What a part of the cluster said in one life, as `kubectl logs` shows it: lines as they are, or behind the times that stand in them; one
 * that says none has that of the line before it.
 */
export async function* componentLog(
  log: ServiceLog,
  { from, until = Infinity }: LifeSpan,
  { timestamps, tailLines, limitBytes = Infinity }: Wanted,
  follow?: OutputReading['follow'],
): AsyncGenerator<Buffer> {
  let left = limitBytes
  const show = ({ text, time }: TimedLine): string =>
    timestamps ? `${nanoTimeText(BigInt(time) * 1_000_000n)} ${text}` : text
  const cut = (lines: readonly string[]): readonly Buffer[] => {
    if (lines.length === 0 || left <= 0) return []
    const bytes = Buffer.from(`${lines.join('\n')}\n`).subarray(0, left)
    left -= bytes.length
    return [bytes]
  }
  let last = tailLines === undefined ? undefined : lastLines(tailLines, mostTailCharacters)
  for await (const { lines, isCaughtUp } of linesOfService(log, { since: from, ...(follow ? { follow } : {}) })) {
    const wanted = lines.filter(({ time }) => time >= from && time < until).map(show)
    if (last) last.add(wanted)
    else yield* cut(wanted)
    if (last && isCaughtUp) {
      yield* cut(last.lines())
      last = undefined
    }
    if (left <= 0) return
  }
}
