import { runKey } from './record.ts'
import type { LogFrame, LogRecord } from './record.ts'
import type { RunLoss } from './log-stream.ts'

/** What of a frame is new. */
export interface News {
  readonly records: readonly LogRecord[]
  readonly losses: readonly RunLoss[]
}

/** Numbers from one to another, both included. */
type Span = readonly [from: number, to: number]

interface Known {
  readonly next: number
  /** What was missing when it was passed; it may still come. */
  readonly holes: readonly Span[]
}

/** A reader of everything meets more runs than it can remember; a resent line comes soon, so the oldest are forgotten. */
const mostRuns = 10_000
const mostHoles = 16

/**
 * Tells what of each next frame has not been there before, by the numbers of its lines: nodes send again what they are not sure
 * of. `fromStart`: no line of a run was passed over by where reading began.
 */
export const onceEach = (fromStart: boolean): ((frame: LogFrame) => News) => {
  const runs = new Map<string, Known>()
  const remember = (key: string, known: Known): void => {
    runs.delete(key)
    runs.set(key, known)
    const [oldest] = runs.keys()
    if (runs.size > mostRuns && oldest !== undefined) runs.delete(oldest)
  }
  return frame => {
    const key = runKey(frame.run)
    const known = runs.get(key) ?? { next: fromStart ? 1 : frame.from, holes: [] }
    const isFirst = !runs.has(key)
    const { run, from, to } = frame
    const missing: readonly Span[] = from > known.next ? [[known.next, from - 1]] : []
    remember(key, {
      next: Math.max(known.next, to + 1),
      holes: [...known.holes.flatMap(hole => without(hole, [from, to])), ...missing].slice(-mostHoles),
    })
    const isNew = ({ number }: LogRecord): boolean =>
      number >= known.next || known.holes.some(([first, last]) => first <= number && number <= last)
    const records = frame.records.filter(isNew)
    const isRepeated = records.length === 0 && to < known.next
    return {
      records: records.length === frame.records.length ? frame.records : records,
      losses: [
        ...missing.map(([first, last]): RunLoss => ({
          run,
          reason: isFirst ? 'Expired' : 'Missing',
          lines: last - first + 1,
          bytes: 0,
        })),
        ...(isRepeated && from <= to ? [] : frame.losses.map(loss => ({ ...loss, run }))),
      ],
    }
  }
}

/** What is left of a span when another is taken out. */
const without = ([from, to]: Span, [first, last]: Span): readonly Span[] => {
  if (last < from || first > to) return [[from, to]]
  const before: readonly Span[] = from < first ? [[from, first - 1]] : []
  const after: readonly Span[] = last < to ? [[last + 1, to]] : []
  return [...before, ...after]
}
