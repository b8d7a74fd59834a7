import { E, turns } from '@periplus/prelude'
import type { LogBatch, LogReading } from '@periplus/log-stream'
import type { LogLine } from '@periplus/logs'
import type { LineStep } from '../lines/line-steps.ts'
import { isSelected, lineOf } from '../lines/selected.ts'
import type { Route } from '../routes/route.ts'
import type { LineQueue } from './line-queue.ts'
import type { SinkJob, SinkWorld } from './sink-job.ts'

const begin = ({ spec, createdAt }: Route): LogReading =>
  spec.startAt === 'Oldest' ? { from: 1 } : { since: createdAt }

/** Where to read on; a stream that was made anew since the place was kept is read from its beginning. */
const readingFrom = async (route: Route, position: number | undefined, { stream }: SinkWorld): Promise<LogReading> => {
  if (position === undefined) return begin(route)
  const bounds = await stream.bounds()
  return { from: E.isRight(bounds) && bounds.right.last < position ? 1 : position + 1 }
}

/** The lines of a batch that are the sink's, as it wants them. */
const linesIn = async (
  { records }: LogBatch,
  { route }: SinkJob,
  step: LineStep,
  { cut, sources }: SinkWorld,
): Promise<readonly LogLine[]> => {
  const [first] = records
  if (first === undefined) return []
  const source = await sources.of(first)
  if (!isSelected(cut, route, source)) return []
  // What the stream gives may be a view of what comes next.
  return records.flatMap(record => step({ ...lineOf(record, source), bytes: Buffer.from(record.bytes) }) ?? [])
}

/** Lines that are lost before the sink could have them; those that may still come are not, nor what is nobody's. */
const countLosses = async (
  { losses }: LogBatch,
  { route, state }: SinkJob,
  { cut, sources }: SinkWorld,
): Promise<void> => {
  for (const { reason, lines, run } of losses) {
    if (reason === 'Missing' || (reason === 'Unreadable' && run === undefined)) continue
    if (run !== undefined && !isSelected(cut, route, await sources.of(run))) continue
    state.dropped += lines
    state.lastError = `${lines === 0 ? 'lines' : lines} lost before they came here: ${reason}`
  }
}

/** Reads the stream into the queue until `signal` aborts. */
export const readLines = async (
  queue: LineQueue,
  from: number | undefined,
  step: LineStep,
  job: SinkJob,
  world: SinkWorld,
  signal: AbortSignal,
): Promise<void> => {
  const { ref } = job.route
  const scope = ref.resource === 'logsinks' ? { namespace: ref.namespace } : {}
  const reading = { ...(await readingFrom(job.route, from, world)), scope, follow: true, signal }
  // A sink that has much to catch up with takes turns with the others.
  const turn = turns()
  for await (const batch of world.stream.read(reading)) {
    if (signal.aborted) return
    if (turn.isOver()) await turn.next()
    await countLosses(batch, job, world)
    const lines = await linesIn(batch, job, step, world)
    await queue.put({ lines, position: batch.position, storedAt: batch.storedAt })
  }
}
