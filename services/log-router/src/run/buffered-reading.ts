import { E, linkedAbort, pause, wakeUp } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { decodeFrame, encodeFrame } from '@periplus/log-stream'
import type { LogBatch, LogReading, LogStream } from '@periplus/log-stream'
import type { DiskBuffer } from '../buffer/disk-buffer.ts'
import type { KeptFrame } from '../buffer/segment.ts'

/** How a sink reads the stream ahead of what it can deliver. */
export interface BufferedReading {
  readonly stream: LogStream
  readonly buffer: DiskBuffer
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Whether a batch has lines of the sink; of others only their positions are given. */
  readonly wants: (batch: LogBatch) => Promise<boolean>
  /** Up to where everything is delivered; `undefined` for a sink that has no place yet. */
  readonly delivered: () => number | undefined
  /** Told before each reading of the stream. */
  readonly onBegin: () => void
  /** Told of everything that is read of the stream, once. */
  readonly onRead: (batch: LogBatch) => Promise<void>
  /** Milliseconds for which a batch waits for its taker before the stream is asked whether it may wait longer. */
  readonly patience: number
}

/** What a taken frame is to who reads on: what was lost before it has been told. */
const batchOf = ({ position, storedAt, bytes }: KeptFrame): LogBatch => {
  const frame = decodeFrame(bytes)
  if (E.isLeft(frame)) throw new Error(`a buffered frame cannot be read: ${frame.left}`)
  return { position, storedAt, records: frame.right.records, losses: [] }
}

const frameOf = ({ position, storedAt, records }: LogBatch): KeptFrame | undefined => {
  const [first, last] = [records[0], records.at(-1)]
  if (first === undefined || last === undefined) return undefined
  const { rule, objectSequence } = first
  const { bytes } = encodeFrame({
    ...{ run: first, objectSequence, from: first.number, to: last.number, records, losses: [], ended: false },
    ...(rule === undefined ? {} : { rule }),
  })
  return { position, storedAt, bytes }
}

/**
 * Reads the stream as its taker takes it. Where the taker falls behind into the older half of a stream that lets go of its oldest
 * lines, the reading begins anew from what is delivered, runs ahead, and keeps the sink's lines on disk, from where they are taken
 * first. A full buffer leaves the rest to the stream.
 */
export async function* bufferedReading(begin: LogReading, options: BufferedReading): AsyncGenerator<LogBatch> {
  const { buffer, clock, patience } = options
  const { scope = {}, follow = true } = begin
  const from = (position: number): LogReading => ({ scope, follow, from: position })
  const over = linkedAbort(options.signal)
  const { signal } = over
  const [came, went] = [wakeUp(), wakeUp()]
  let offered: LogBatch | undefined
  // What was not taken before the reading began anew; the stream may have let go of it.
  let held: LogBatch | undefined
  let handed = 0
  let told = 0
  let isOver = false
  let failure: { readonly error: unknown } | undefined

  const isEndangered = async (batch: LogBatch): Promise<boolean> => {
    const bounds = await options.stream.bounds()
    if (E.isLeft(bounds)) return false
    const { first, last } = bounds.right
    return first > 1 && (options.delivered() ?? batch.position - 1) - first < (last - first) / 2
  }
  const waitFor = async (milliseconds: number): Promise<void> => {
    const waiting = linkedAbort(signal)
    await Promise.race([went.wait(waiting.signal), pause(clock, milliseconds, waiting.signal)])
    waiting.abort()
  }
  /** Whether it was taken; otherwise the stream may let go of it, and it is to be kept. */
  const offer = async (batch: LogBatch, mayBeKept = true): Promise<boolean> => {
    offered = batch
    came.wake()
    while (offered !== undefined && !signal.aborted) {
      await waitFor(patience)
      if (offered === undefined || !mayBeKept || !(await isEndangered(batch))) continue
      if (offered === undefined) break
      offered = undefined
      held = batch
      return false
    }
    return true
  }
  const keep = async (batch: LogBatch): Promise<void> => {
    const frame = frameOf(batch)
    if (frame === undefined) return
    while (!signal.aborted && !(await buffer.push(frame))) {
      // Without room for any of it there is nothing else to take.
      if (buffer.isEmpty) {
        if (batch.position > handed) await offer(batch, false)
        return
      }
      await waitFor(patience)
    }
    came.wake()
  }
  const tell = async (batch: LogBatch): Promise<void> => {
    if (batch.position <= told) return
    told = batch.position
    await options.onRead(batch)
  }
  const ownOf = async (batch: LogBatch): Promise<LogBatch> =>
    batch.records.length > 0 && (await options.wants(batch)) ? batch : { ...batch, records: [] }
  /** One reading of the stream; from where the next one begins. */
  const readOnce = async (reading: LogReading, keeps: boolean): Promise<LogReading | undefined> => {
    let isKeeping = keeps
    const once = linkedAbort(signal)
    options.onBegin()
    try {
      for await (const read of options.stream.read({ ...reading, signal: once.signal })) {
        await tell(read)
        const batch = await ownOf(read)
        if (held && held.position < batch.position) await keep(held)
        if (held && held.position <= batch.position) held = undefined
        if (isKeeping && buffer.isEmpty && batch.position > handed) isKeeping = false
        if (isKeeping) await keep(batch)
        else if (!(await offer(batch))) return from((options.delivered() ?? batch.position - 1) + 1)
        if (signal.aborted) return undefined
      }
      return undefined
    } finally {
      once.abort()
    }
  }
  const pump = async (): Promise<void> => {
    let keeps = buffer.last !== undefined
    let reading: LogReading | undefined = buffer.last === undefined ? begin : from(buffer.last + 1)
    while (reading !== undefined && !signal.aborted) {
      reading = await readOnce(reading, keeps)
      keeps = true
    }
  }
  const next = async (): Promise<LogBatch | undefined> => {
    while (!signal.aborted) {
      if (failure) throw failure.error
      const frame = buffer.isEmpty ? undefined : await buffer.take()
      const batch = frame === undefined ? offered : batchOf(frame)
      if (batch !== undefined) {
        if (frame === undefined) offered = undefined
        went.wake()
        if (batch.position <= handed) continue
        handed = batch.position
        return batch
      }
      if (isOver) return undefined
      await came.wait(signal)
    }
    return undefined
  }

  const pumping = pump()
    .catch((error: unknown) => void (failure = { error }))
    .finally(() => {
      isOver = true
      came.wake()
    })
  try {
    for (let batch = await next(); batch !== undefined; batch = await next()) yield batch
  } finally {
    over.abort()
    await pumping
  }
}
