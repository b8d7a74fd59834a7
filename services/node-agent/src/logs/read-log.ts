import type { Clock } from '@periplus/prelude'
import type { LogRequest } from '@periplus/runtime'
import type { CriEntry } from './cri-entry.ts'
import { entryCutter } from './entry-cutter.ts'
import { followFile } from './follow-file.ts'
import { lastLinesOf } from './line-end.ts'
import { logChain } from './log-files.ts'
import { logStart, startOf } from './position.ts'
import type { LogPosition } from './position.ts'

export interface LogSource {
  readonly path: string
  readonly clock: Clock
  readonly signal: AbortSignal
  /** The container has ended: nothing more will come. */
  readonly ended: () => boolean
}

type Wanted = Omit<LogRequest, 'pod' | 'container' | 'previous'>

/** A container's log as `kubectl logs` shows it: rotated files and the current one, from where it is wanted, byte for byte. */
export async function* readLog(source: LogSource, wanted: Wanted): AsyncGenerator<Buffer> {
  const from = await beginning(source.path, wanted.tailLines)
  const shown: Buffer[] = []
  const show = shownEntries(wanted, source.clock.now(), bytes => shown.push(bytes))
  const cut = () => entryCutter({ entry: show, unreadable: () => undefined })
  let cutter = cut()
  let left = wanted.limitBytes ?? Infinity
  const parts = followFile({
    ...{ ...source, from },
    ended: () => !wanted.follow || source.ended(),
    ...(wanted.follow ? {} : { settles: 0 }),
  })
  for await (const part of parts) {
    if (part.tag === 'Bytes') cutter.take(part.bytes)
    else if (part.tag !== 'CaughtUp') cutter = cut()
    for (const bytes of shown.splice(0)) {
      if (left <= 0) return
      yield bytes.length > left ? bytes.subarray(0, left) : bytes
      left -= bytes.length
    }
  }
}

/** Gives what is to be shown of each entry, as bytes of its own. */
const shownEntries = (
  { stream, timestamps, ...wanted }: Wanted,
  now: number,
  give: (bytes: Buffer) => void,
): ((entry: CriEntry) => void) => {
  const since = sinceMilliseconds(wanted, now)
  // A line that came in pieces is stamped once.
  let continues = false
  return ({ source, start, timeEnd, textStart, end, isStderr, isPartial, seconds, nanos }) => {
    if (stream !== 'All' && isStderr !== (stream === 'Stderr')) return
    if (since !== undefined && seconds * 1000 + nanos / 1e6 < since) return
    const text = source.subarray(textStart, end)
    const stamp = timestamps && !continues ? source.subarray(start, timeEnd + 1) : none
    continues = isPartial
    give(Buffer.concat([stamp, text, isPartial ? none : lineEnd]))
  }
}

const none = Buffer.alloc(0)
const lineEnd = Buffer.from('\n')

const sinceMilliseconds = ({ sinceSeconds, sinceTime }: Partial<Wanted>, now: number): number | undefined => {
  if (sinceTime !== undefined) return Date.parse(sinceTime)
  return sinceSeconds === undefined ? undefined : now - sinceSeconds * 1000
}

/** Where the last lines begin, over all files of a log. */
const beginning = async (path: string, tailLines: number | undefined): Promise<LogPosition> => {
  if (tailLines === undefined) return logStart
  let missing = tailLines
  let position = logStart
  for (const link of [...(await logChain(path))].reverse()) {
    const { offset, lines } = await lastLinesOf(link, missing)
    position = { ...startOf(link), offset }
    missing -= lines
    if (missing <= 0) break
  }
  return position
}
