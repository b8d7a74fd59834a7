import { frameWriter } from '@periplus/log-stream'
import type { ContainerRun, EncodedFrame, FrameLine, Loss, MultilineRule } from '@periplus/log-stream'
import type { Checkpoint } from './checkpoint.ts'
import { entryCutter } from './entry-cutter.ts'
import { lineJoiner } from './line-joiner.ts'
import type { FileStarts } from './file-starts.ts'
import type { LogLoss, LogPart } from './log-part.ts'
import { addLoss } from './losses.ts'

/** A frame, and the place in the log up to which everything is in it or in those before it. */
export interface MarkedFrame {
  readonly frame: EncodedFrame
  readonly mark: Checkpoint
}

export interface RunReaderOptions {
  readonly run: ContainerRun
  readonly from: Checkpoint
  /** Numbers up to this one may have been given to lines that were sent after `from` was noted. */
  readonly used: number
  /** Of the files behind `from`; those that are begun are added. */
  readonly starts: FileStarts
  readonly rule?: MultilineRule
  /** Newest sequence of the object log that the node has seen. */
  readonly objectSequence: () => number
  /** Whether a line of so many bytes is sent; what is not is counted as a loss of the quota. */
  readonly keeps: (bytes: number) => boolean
}

/** Makes numbered lines and frames of what following a log gives. Numbers depend on the log's bytes alone. */
export interface RunReader {
  take(part: LogPart): void
  /** Frames that are full. */
  full(): readonly MarkedFrame[]
  /** All else, as a last frame; where the run has ended there is always one. */
  rest(ended: boolean): MarkedFrame | undefined
  /** Bytes of the log behind everything that was taken. */
  readonly offset: number
}

export const runReader = ({
  run,
  from,
  starts,
  rule,
  objectSequence,
  keeps,
  ...options
}: RunReaderOptions): RunReader => {
  const writer = frameWriter(run, from.number, rule)
  let ready: MarkedFrame[] = []
  let number = from.number
  let used = options.used
  let losses = from.losses
  let base = from.position
  let offset = base.offset
  /** The newest place at which no line was in pieces. */
  let clean = { base, after: 0, number }

  const lose = (loss: Loss): void => {
    writer.lose(loss)
    losses = addLoss(losses, loss)
  }
  const mark = (): Checkpoint => ({
    position: { ...clean.base, offset: clean.base.offset + clean.after },
    ...{ number: clean.number, losses },
  })
  const seal = (ended: boolean): MarkedFrame => ({
    frame: writer.frame(number - 1, { objectSequence: objectSequence(), ended }),
    mark: ended ? { ...mark(), ended } : mark(),
  })
  const line = (joined: FrameLine): void => {
    const bytes = joined.end - joined.start
    if (keeps(bytes)) writer.add(number, joined)
    else lose({ reason: 'Quota', lines: 1, bytes })
    number++
    if (writer.isFull) ready.push(seal(false))
  }
  const joiner = lineJoiner(line)
  const cleanAt = (after: number): void => {
    if (!joiner.isClean) return
    clean.base = base
    clean.after = after
    clean.number = number
  }
  const cut = () =>
    entryCutter({
      entry: (entry, after) => {
        joiner.take(entry)
        cleanAt(after)
      },
      unreadable: (bytes, after) => {
        lose({ reason: 'Unreadable', lines: 0, bytes })
        cleanAt(after)
      },
    })
  let cutter = cut()
  const beginAt = (next: typeof base): void => {
    cutter = cut()
    base = next
    cleanAt(0)
    if (!joiner.isClean || starts.numberAt(next) === number) return
    starts.begin(next, number)
    // Of a file that nobody has begun before, no line was sent, and so of none behind it.
    used = 0
  }

  /** The lines that had the numbers up to there cannot be read again: others must not be taken for them. */
  const numberBehind = ({ reason, after }: LogLoss): number =>
    (reason === 'Truncated' ? undefined : starts.numberAt(after)) ?? Math.max(number, used + 1)

  return {
    take: part => {
      switch (part.tag) {
        case 'Bytes':
          base = { ...base, changedAt: part.after.changedAt }
          offset = part.after.offset
          return cutter.take(part.bytes)
        case 'FileEnd':
          cutter.end()
          return beginAt(part.after)
        case 'Lost':
          // A line that had begun has its end in what is lost.
          joiner.end()
          number = numberBehind(part)
          lose({ reason: part.reason, lines: 0, bytes: part.bytes })
          return beginAt(part.after)
        case 'CaughtUp':
          return
      }
    },
    full: () => ready.splice(0),
    rest: ended => {
      if (ended) {
        cutter.end()
        joiner.end()
        cleanAt(offset - base.offset)
      }
      return ended || !writer.isEmpty ? seal(ended) : undefined
    },
    get offset() {
      return offset
    },
  }
}
