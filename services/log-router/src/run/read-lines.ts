import { E, sharedTurn } from '@periplus/prelude'
import type { LogBatch, LogReading, RunLoss } from '@periplus/log-stream'
import type { LogLine } from '@periplus/logs'
import type { LineStep } from '../lines/line-steps.ts'
import { isSelected, lineOf } from '../lines/selected.ts'
import type { Route } from '../routes/route.ts'
import type { DiskBuffer } from '../buffer/disk-buffer.ts'
import { bufferedReading } from './buffered-reading.ts'
import type { LineQueue } from './line-queue.ts'
import { missingLines } from './missing-lines.ts'
import type { SinkJob, SinkWorld } from './sink-job.ts'

const begin = ({ spec, createdAt }: Route): LogReading =>
  spec.startAt === 'Oldest' ? { from: 1 } : { since: createdAt }

/** Where to read on; a stream that was made anew since the place was kept is read from its beginning. */
const readingFrom = async (route: Route, position: number | undefined, { stream }: SinkWorld): Promise<LogReading> => {
  if (position === undefined) return begin(route)
  const bounds = await stream.bounds()
  return { from: E.isRight(bounds) && bounds.right.last < position ? 1 : position + 1 }
}

/** Lines are views of their frame: where fewer than one of so many is wanted, they are copied rather than that it is held for them. */
const fewOf = 4

/** The lines of a batch as the sink wants them. */
const linesIn = async ({ records }: LogBatch, step: LineStep, { sources }: SinkWorld): Promise<readonly LogLine[]> => {
  const [first] = records
  if (first === undefined) return []
  const source = await sources.of(first)
  const lines = records.flatMap(record => step(lineOf(record, source)) ?? [])
  if (lines.length * fewOf > records.length) return lines
  return lines.map(line => ({ ...line, bytes: Buffer.from(line.bytes) }))
}

/** Counts lines that are lost before the sink could have them, if they are its own; what is nobody's is not. */
const countLoss = async (
  { reason, lines, run }: RunLoss,
  { route, state }: SinkJob,
  { cut, sources }: SinkWorld,
): Promise<void> => {
  if (reason === 'Unreadable' && run === undefined) return
  if (run !== undefined && !isSelected(cut, route, await sources.of(run))) return
  state.dropped += lines
  state.lastError = `${lines === 0 ? 'lines' : lines} lost before they came here: ${reason}`
}

export interface ReadFrom {
  /** The sink's place when it began; `undefined` for a new sink. */
  readonly from: number | undefined
  /** Its place now. */
  readonly delivered: () => number | undefined
  readonly buffer: DiskBuffer
}

/** Reads the stream into the queue until `signal` aborts. */
export const readLines = async (
  queue: LineQueue,
  { from, delivered, buffer }: ReadFrom,
  step: LineStep,
  job: SinkJob,
  world: SinkWorld,
  signal: AbortSignal,
): Promise<void> => {
  const { ref } = job.route
  const scope = ref.resource === 'logsinks' ? { namespace: ref.namespace } : {}
  const { stream, clock, cut, sources, onBug } = world
  const reading = { ...(await readingFrom(job.route, from, world)), scope, follow: true }
  const missing = missingLines(clock, loss => void countLoss(loss, job, world).catch(onBug))
  // A sink that has much to catch up with takes turns with the others.
  const batches = bufferedReading(reading, {
    ...{ stream, buffer, clock, signal, delivered, patience: world.buffers?.patience ?? 5_000 },
    wants: async ({ records: [first] }) => first !== undefined && isSelected(cut, job.route, await sources.of(first)),
    onBegin: () => missing.begin(),
    onRead: async batch => {
      if (sharedTurn.isOver()) await sharedTurn.next()
      missing.look(batch)
      for (const loss of batch.losses) if (loss.reason !== 'Missing') await countLoss(loss, job, world)
    },
  })
  try {
    for await (const batch of batches) {
      if (signal.aborted) return
      const lines = await linesIn(batch, step, world)
      job.state.bufferedBytes = buffer.bytes
      await queue.put({ lines, position: batch.position, storedAt: batch.storedAt })
    }
  } finally {
    missing.stop()
  }
}
