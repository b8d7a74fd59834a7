import { E, linkedAbort, thrownText } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { delivery } from '@periplus/logs'
import type { LogWriter, OpenRefusal } from '@periplus/logs'
import { lineSteps } from '../lines/line-steps.ts'
import type { LineStep } from '../lines/line-steps.ts'
import type { DiskBuffer } from '../buffer/disk-buffer.ts'
import { noBuffer } from '../buffer/no-buffer.ts'
import type { Route } from '../routes/route.ts'
import { deliverLines } from './deliver-lines.ts'
import { keeper } from './keeper.ts'
import { claimPlace } from './kept-place.ts'
import type { KeptPlace } from './kept-place.ts'
import { lineQueue } from './line-queue.ts'
import { readLines } from './read-lines.ts'
import type { SinkJob, SinkWorld } from './sink-job.ts'
import { errorText } from './sink-state.ts'

/** Why a sink does not run. */
export interface SinkEnd {
  readonly reason: 'InvalidConfig' | 'BackendUnavailable' | 'Taken' | 'StreamUnavailable'
  readonly message: string
}

/** Milliseconds that a backend has for its answer to what is under way when the sink is to stop. */
const lastWords = 2_000

const ended = (reason: SinkEnd['reason'], message: string): Either<SinkEnd, never> =>
  E.left({ reason, message: errorText(message) })

const openEnd = (refusal: OpenRefusal): Either<SinkEnd, never> =>
  refusal.tag === 'Unavailable'
    ? ended('BackendUnavailable', refusal.message)
    : ended(
        'InvalidConfig',
        refusal.faults
          .map(({ field, message }) => `spec.backend.config${field === '' ? '' : `.${field}`}: ${message}`)
          .join('; '),
      )

/**
 * Brings a sink's lines from the stream to its backend until `signal` aborts: read, selected, changed, batched, delivered, and only
 * then is its place kept. Resolves with why it ended; it may be started again.
 */
export const runSink = async (job: SinkJob, world: SinkWorld, signal: AbortSignal): Promise<Either<SinkEnd, void>> => {
  const { route, backend, limits } = job
  const steps = lineSteps(route.spec)
  if (E.isLeft(steps)) return ended('InvalidConfig', steps.left)
  const opened = await backend.open(route.spec.backend.config ?? {}, route.credentials, limits)()
  if (E.isLeft(opened)) return openEnd(opened.left)
  const writer = opened.right
  try {
    const place = await claimPlace(world.positions, route.uid, world.router)
    if (E.isRight(place)) return await runOpened(job, world, { writer, place: place.right, step: steps.right }, signal)
    if (place.left.tag === 'Taken') return ended('Taken', 'another router has the sink')
    return ended('StreamUnavailable', place.left.message)
  } finally {
    await writer.close()
  }
}

const openedBuffer = async (
  { uid }: Route,
  { buffers }: SinkWorld,
  after: number,
): Promise<Either<SinkEnd, DiskBuffer>> => {
  try {
    return E.right((await buffers?.open(uid, after)) ?? noBuffer)
  } catch (error) {
    return ended('StreamUnavailable', `what is kept on disk cannot be read: ${thrownText(error)}`)
  }
}

const runOpened = async (
  job: SinkJob,
  world: SinkWorld,
  { writer, place, step }: { readonly writer: LogWriter; readonly place: KeptPlace; readonly step: LineStep },
  signal: AbortSignal,
): Promise<Either<SinkEnd, void>> => {
  const { route, state } = job
  const { batch, retry } = route.spec
  const { clock, onBug } = world
  const { found, keep } = place
  const kept = await openedBuffer(route, world, found?.position ?? 0)
  if (E.isLeft(kept)) return kept
  const buffer = kept.right
  state.delivered = Math.max(state.delivered, found?.delivered ?? 0)
  state.dropped = Math.max(state.dropped, found?.dropped ?? 0)

  // Reading ends at once; what is under way to the backend may still be answered.
  const reader = linkedAbort(signal)
  const writing = new AbortController()
  const queue = lineQueue(batch, (milliseconds, task) => clock.after(milliseconds, task))
  const places = keeper(async place => {
    const isMine = await keep(place)
    if (isMine) await buffer.letGo(place.position)
    state.bufferedBytes = buffer.bytes
    return isMine
  }, clock)
  const to = delivery(writer, {
    ...{ clock, onBug, firstWait: retry.firstSeconds * 1000, longestWait: retry.maxSeconds * 1000 },
    onFailure: failure => {
      state.failing = failure
      state.lastError = errorText(failure.why)
    },
  })
  const delivered = (): number | undefined => (places.noted ?? found)?.position
  const reading = readLines(queue, { from: found?.position, delivered, buffer }, step, job, world, reader.signal)
  const delivering = deliverLines(queue, to, places, job, world, writing.signal)
  const told = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
  try {
    if (!signal.aborted) await Promise.race([reading, delivering, places.lost, told])
    if (signal.aborted) return E.right(undefined)
    return ended('Taken', 'another router has the sink')
  } catch (error) {
    return ended('StreamUnavailable', `the stream of lines cannot be read: ${thrownText(error)}`)
  } finally {
    reader.abort()
    queue.close()
    const cancel = clock.after(state.failing === undefined ? lastWords : 0, () => writing.abort())
    await Promise.allSettled([reading, delivering])
    cancel()
    await places.flush()
    places.stop()
    await buffer.close()
  }
}
