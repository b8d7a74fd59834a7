import { E } from '@periplus/prelude'
import { inTimeOrder, joinedLines, runKey } from '@periplus/log-stream'
import type { ContainerRun, LogBatch, LogRecord, LogScope, LogStream } from '@periplus/log-stream'
import type { Sequence } from '@periplus/log'
import type { LineQuery } from './line-query.ts'
import type { Entry } from './line-texts.ts'

export interface LinesDeps {
  readonly stream: LogStream
  readonly query: LineQuery
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Nothing after this event of the object log. */
  readonly until: Sequence | undefined
  readonly signal: AbortSignal
  /** Whether lines of a run are chosen, and may be seen. */
  readonly isShown: (run: ContainerRun) => Promise<boolean>
  /** What happened to the pod of a run that is shown; asked once for each pod. */
  readonly eventsOf: (run: ContainerRun) => Promise<readonly Entry[]>
}

const nanosPerMillisecond = 1_000_000n

/** What was asked for, in the order of time, and what comes, as it comes. */
export async function* readLines(deps: LinesDeps): AsyncGenerator<readonly Entry[]> {
  const { query, stream, signal, now } = deps
  const since = sinceOf(query, now)
  const bounds = await stream.bounds()
  const last = E.isRight(bounds) ? bounds.right.last : 0
  const reading = { scope: scopeOf(query), signal }
  const given = new Map<string, number>()
  const entriesOf = await entryReader(deps, since, given)
  const there = stream.read({ ...reading, to: last, ...(since === undefined ? {} : { since }) })
  const ordered = inTimeOrder(there, entriesOf)
  yield* query.tailLines === undefined ? ordered : lastOf(ordered, query.tailLines)
  if (!query.follow) return
  // What a node sends again may come behind what was there.
  const isNew = ({ number, ...run }: LogRecord): boolean => number > (given.get(runKey(run)) ?? 0)
  for await (const batch of stream.read({ ...reading, from: last + 1, follow: true })) {
    const entries = await entriesOf({ ...batch, records: batch.records.filter(isNew) })
    if (entries.length > 0) yield entries
  }
}

const scopeOf = ({ namespace, pod, container }: LineQuery): LogScope => ({
  namespace,
  ...(pod === undefined ? {} : { pod }),
  ...(container === undefined ? {} : { container }),
})

const sinceOf = ({ sinceSeconds, sinceTime }: LineQuery, now: number): number | undefined => {
  if (sinceTime !== undefined) return Date.parse(sinceTime)
  return sinceSeconds === undefined ? undefined : now - sinceSeconds * 1000
}

/** More than people read; each may be long. */
const mostTail = 100_000

async function* lastOf(all: AsyncIterable<readonly Entry[]>, count: number): AsyncGenerator<readonly Entry[]> {
  const most = Math.min(count, mostTail)
  let last: Entry[] = []
  for await (const entries of all) {
    last.push(...entries)
    if (last.length > 2 * most) last = last.slice(last.length - most)
  }
  yield most === 0 ? [] : last.slice(-most)
}

/** `given`: of each run, the greatest number that was given. */
const entryReader = async (deps: LinesDeps, since: number | undefined, given: Map<string, number>) => {
  const { query, until, isShown, eventsOf } = deps
  const shown = new Map<string, boolean>()
  const told = new Set<string>()
  const previous = query.previous ? await previousRun(deps) : undefined
  const from = since === undefined ? undefined : BigInt(since) * nanosPerMillisecond
  const isWanted = ({ stream, time, objectSequence }: LogRecord): boolean =>
    (query.stream === 'All' || stream === query.stream.toLowerCase()) &&
    (from === undefined || time >= from) &&
    (until === undefined || objectSequence <= until)
  // As a person wants them: what `kubectl logs` shows below /at/ is what was written, line by line.
  const joined = (records: readonly LogRecord[]) => (query.format === 'json' ? joinedLines(records) : records)
  return async ({ records, losses, storedAt }: LogBatch): Promise<readonly Entry[]> => {
    const run = records[0] ?? losses[0]?.run
    if (!run) return []
    const key = runKey(run)
    const isSeen = shown.get(key) ?? (await isShown(run))
    shown.set(key, isSeen)
    if (!isSeen || (previous !== undefined && key !== previous)) return []
    given.set(key, Math.max(given.get(key) ?? 0, records.at(-1)?.number ?? 0))
    const time = records[0]?.time ?? BigInt(storedAt) * nanosPerMillisecond
    const happened = query.withEvents && !told.has(run.podUid) ? await eventsOf(run) : []
    told.add(run.podUid)
    return [
      ...happened,
      ...losses.map((loss): Entry => ({ tag: 'Loss', time, ofRun: key, run, loss })),
      ...joined(records.filter(isWanted)).map((record): Entry => ({
        tag: 'Line',
        time: record.time,
        ofRun: key,
        record,
      })),
    ]
  }
}

/** The run before the newest one of what is shown. */
const previousRun = async ({ stream, query, signal, isShown }: LinesDeps): Promise<string> => {
  const runs = new Map<string, ContainerRun>()
  for await (const { records, losses } of stream.read({ scope: scopeOf(query), signal })) {
    const run = records[0] ?? losses[0]?.run
    if (!run || runs.has(runKey(run)) || !(await isShown(run))) continue
    runs.set(runKey(run), run)
  }
  const newest = [...runs.values()].at(-1)
  const before = [...runs.values()].filter(
    ({ podUid, container: its, restart }) =>
      podUid === newest?.podUid && its === newest.container && restart < newest.restart,
  )
  const last = before.sort((a, b) => a.restart - b.restart).at(-1)
  return last ? runKey(last) : 'none'
}
