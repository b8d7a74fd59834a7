import type { Clock } from '@periplus/prelude'
import type { LogRequest } from '@periplus/runtime'
import type { CriEntry } from './cri-entry.ts'
import { entryCutter } from './entry-cutter.ts'
import { followFile } from './follow-file.ts'
import { lastLinesOf } from './line-end.ts'
import type { Search } from './line-end.ts'
import { logChain } from './log-files.ts'
import type { ChainLink } from './log-files.ts'
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
  // What is written after the last lines were looked for is not of them.
  let missing = wanted.follow ? Infinity : (wanted.tailLines ?? Infinity)
  const entry = (each: CriEntry): void => {
    if (missing <= 0) return
    show(each)
    if (!each.isPartial) missing--
  }
  const cut = () => entryCutter({ entry, unreadable: () => undefined })
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
      yield bytes.length > left ? bytes.subarray(0, left) : bytes
      left -= bytes.length
      if (left <= 0) return
    }
    if (missing <= 0) return
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
    const stamp = timestamps && !continues ? stampOf(source.toString('latin1', start, timeEnd)) : none
    continues = isPartial
    give(Buffer.concat([stamp, text, isPartial ? none : lineEnd]))
  }
}

/** With nine digits of the second, also where the runtime leaves out the last ones that are 0: stamps are compared as text. */
const stampOf = (time: string): Buffer => {
  const [, second = '', digits = '', zone = ''] = /^([^.]*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(time) ?? []
  return Buffer.from(second === '' ? `${time} ` : `${second}.${digits.padEnd(9, '0')}${zone} `)
}

const none = Buffer.alloc(0)
const lineEnd = Buffer.from('\n')

const sinceMilliseconds = ({ sinceSeconds, sinceTime }: Partial<Wanted>, now: number): number | undefined => {
  if (sinceTime !== undefined) return Date.parse(sinceTime)
  return sinceSeconds === undefined ? undefined : now - sinceSeconds * 1000
}

/** A log that is rotated meanwhile is looked through again, so often at most. */
const mostLooks = 5

/** Where the last lines begin, over all files of a log. */
const beginning = async (path: string, tailLines: number | undefined): Promise<LogPosition> => {
  if (tailLines === undefined) return logStart
  for (let looks = 1; ; looks++) {
    const found = await lastOf(await logChain(path), tailLines)
    if (found.isWhole || looks === mostLooks) return found.position
  }
}

/** `isWhole`: none of the files was rotated away before it was read. */
const lastOf = async (
  chain: readonly ChainLink[],
  tailLines: number,
): Promise<{ readonly position: LogPosition; readonly isWhole: boolean }> => {
  let search: Search = { missing: tailLines, isNewest: true }
  let position = logStart
  for (const link of [...chain].reverse()) {
    const searched = await lastLinesOf(link, search)
    if (!searched) return { position, isWhole: false }
    position = { ...startOf(link), offset: searched.offset }
    if (searched.isFound) break
    search = searched
  }
  return { position, isWhole: true }
}
