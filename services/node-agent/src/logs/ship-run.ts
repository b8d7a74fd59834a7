import { pause } from '@periplus/prelude'
import type { ContainerRun, MultilineRule } from '@periplus/log-stream'
import type { Clock } from '@periplus/prelude'
import { firstCheckpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts'
import type { Checkpoint } from './checkpoint.ts'
import { fileStarts } from './file-starts.ts'
import type { FileStarts } from './file-starts.ts'
import { followFile } from './follow-file.ts'
import { frameOutbox, settleMilliseconds } from './frame-outbox.ts'
import type { FrameOutbox } from './frame-outbox.ts'
import type { LogDestination } from './log-destination.ts'
import { logChain } from './log-files.ts'
import { isSameFile } from './file-id.ts'
import { startOf } from './position.ts'
import type { LogPosition } from './position.ts'
import type { LogPart } from './log-part.ts'
import type { LogPace } from './log-pace.ts'
import { runReader } from './run-reader.ts'
import type { MarkedFrame, RunReader } from './run-reader.ts'

export interface RunShipping {
  readonly run: ContainerRun
  readonly path: string
  readonly checkpoint: string
  readonly destination: LogDestination
  readonly clock: Clock
  readonly signal: AbortSignal
  /** The container has ended: nothing more is written. */
  readonly ended: () => boolean
  readonly isShort: () => boolean
  readonly objectSequence: () => number
  readonly rule: () => MultilineRule | undefined
  readonly pace: LogPace
  /** Told of every place up to which the log is safe. */
  readonly settled: (checkpoint: Checkpoint) => void
  readonly rejected: (message: string) => void
}

const retryMilliseconds = 1_000
/** A log that is written to all the time makes a frame so often, not one a line. */
const lingerMilliseconds = 100
/** Of which few lines are kept, so often, so that what is lost is told while it is. */
const tellMilliseconds = 1_000
const checkpointMilliseconds = 5_000
/** More lines than can be sent between two checkpoints. */
const mostUnnoted = 10_000_000

/**
 * Sends a run's log to the stream, and resolves when all of it is safely there, or when `signal` aborts. Whatever the stream may have
 * lost is sent again, from the newest place that is known to be safe.
 */
export const shipRun = async (options: RunShipping): Promise<void> => {
  const { clock, signal } = options
  const noted = await readCheckpoint(options.checkpoint)
  let from = noted ?? (await beginning(options.path))
  let used = noted ? noted.number + mostUnnoted : 0
  const starts = fileStarts(noted?.starts ?? [])
  options.settled(from)
  // From now on something may have been sent.
  if (!noted) writeCheckpoint(options.checkpoint, from)
  while (!signal.aborted && from.ended !== true) {
    const { outcome, settled, sent } = await onePass(options, starts, from, used)
    from = settled
    used = Math.max(used, sent)
    if (outcome === 'Refused') await pause(clock, retryMilliseconds, signal)
  }
}

/** The oldest file that there is: should it go before it was read, that is known. */
const beginning = async (path: string): Promise<Checkpoint> => {
  const [oldest] = await logChain(path)
  return oldest ? { ...firstCheckpoint, position: startOf(oldest) } : firstCheckpoint
}

type Outcome = 'Done' | 'Refused' | 'Gone'

interface Pass {
  readonly outcome: Outcome
  /** Where the next pass begins. */
  readonly settled: Checkpoint
  /** The greatest number that was sent. */
  readonly sent: number
}

const onePass = async (options: RunShipping, starts: FileStarts, from: Checkpoint, used: number): Promise<Pass> => {
  const { destination, clock, signal, run, objectSequence, rule, pace } = options
  const rejected = (_: unknown, message: string): void => options.rejected(message)
  const over = new AbortController()
  const outbox = frameOutbox({ stream: destination.stream, clock, from, signal: over.signal, rejected })
  const stop = (): void => over.abort()
  let isGone = false
  const forget = destination.onGone(() => {
    if (!outbox.isUnsettled) return
    isGone = true
    stop()
  })
  signal.addEventListener('abort', stop)
  const note = (settled: Checkpoint): void =>
    writeCheckpoint(options.checkpoint, { ...settled, starts: starts.behind(settled.position) })
  const keeping = keepCheckpoint(options, outbox, note, over.signal)
  try {
    const chosen = rule()
    const reader = runReader({
      ...{ run, from, used, starts, objectSequence, keeps: pace.keeps },
      ...(chosen ? { rule: chosen } : {}),
    })
    const answered = await send(options, from.position, reader, outbox, note, over.signal)
    if (!answered) return { outcome: 'Refused', settled: outbox.settled(), sent: outbox.sent }
    while (outbox.isUnsettled && !over.signal.aborted) await pause(clock, settleMilliseconds, over.signal)
    return { outcome: isGone ? 'Gone' : 'Done', settled: outbox.settled(), sent: outbox.sent }
  } catch (error) {
    throw new Error(`the log of ${run.container} cannot be read`, { cause: error })
  } finally {
    forget()
    signal.removeEventListener('abort', stop)
    stop()
    await keeping
  }
}

/** Writes how far the log is safe now and then, and when the pass is over. */
const keepCheckpoint = async (
  { clock, settled }: RunShipping,
  outbox: FrameOutbox,
  note: (settled: Checkpoint) => void,
  over: AbortSignal,
): Promise<void> => {
  let written = outbox.settled()
  while (true) {
    await pause(clock, checkpointMilliseconds, over)
    const now = outbox.settled()
    if (now !== written) {
      settled(now)
      note(now)
    }
    written = now
    if (over.aborted) return
  }
}

/** What of a log comes after a position, as it was written; all where the position's file has gone. */
const bytesBehind = async (path: string, position: LogPosition): Promise<number> => {
  const chain = await logChain(path)
  const at = chain.findIndex(({ id }) => isSameFile(id, position))
  const sum = chain.slice(Math.max(0, at)).reduce((total, { size }) => total + size, 0)
  return at < 0 ? sum : sum - position.offset
}

/** Sends what there is and what comes, until the end; `false` where the stream does not answer. */
const send = async (
  { path, clock, ended, isShort, pace }: RunShipping,
  from: LogPosition,
  reader: RunReader,
  outbox: FrameOutbox,
  note: (settled: Checkpoint) => void,
  signal: AbortSignal,
): Promise<boolean> => {
  let sentAt = clock.now()
  const put = ({ frame, mark }: MarkedFrame): Promise<boolean> => {
    sentAt = clock.now()
    return outbox.send(frame, mark)
  }
  const take = async (part: LogPart): Promise<boolean> => {
    reader.take(part)
    // Before anything of the next file is sent.
    if (part.tag === 'FileEnd' || part.tag === 'Lost') note(outbox.settled())
    for (const full of reader.full()) if (!(await put(full))) return false
    if (part.tag === 'Bytes') await pace.wait(part.bytes.length, () => bytesBehind(path, part.after), signal)
    const isDue = part.tag === 'CaughtUp' || Math.abs(clock.now() - sentAt) >= tellMilliseconds
    if (!isDue) return true
    const rest = reader.rest(false)
    if (!rest) return true
    const isTaken = await put(rest)
    if (part.tag === 'CaughtUp') await pause(clock, lingerMilliseconds, signal)
    return isTaken
  }
  for await (const part of followFile({ path, from, clock, signal, ended, isShort }))
    if (!(await take(part))) return false
  if (signal.aborted) return true
  const last = reader.rest(true)
  return last ? (await put(last)) && outbox.drained() : true
}
