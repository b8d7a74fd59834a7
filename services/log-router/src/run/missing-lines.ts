import type { Clock } from '@periplus/prelude'
import { runKey } from '@periplus/log-stream'
import type { LogBatch, LogRecord, RunLoss } from '@periplus/log-stream'

/** Milliseconds for which lines that were passed over may still come: a node sends again what a server may have lost. */
const comesWithin = 60_000
const mostRuns = 10_000

interface Missing {
  readonly loss: RunLoss
  /** Lines with lower numbers are late ones. */
  readonly below: number
  lines: number
}

/** Lines that readings passed over, until they came late or are lost. */
export interface MissingLines {
  /** Another reading begins, which does not know what the one before it gave. */
  begin(): void
  look(batch: LogBatch): void
  stop(): void
}

/** `lost` is told of lines that will not come any more. */
export const missingLines = (clock: Clock, lost: (loss: RunLoss) => void): MissingLines => {
  const missing = new Map<string, readonly Missing[]>()
  const timers = new Set<() => void>()
  /** By run: the number that comes next, and in which reading it was seen. */
  const known = new Map<string, { readonly next: number; readonly reading: number }>()
  let reading = 0

  const forget = (key: string, one: Missing): void => {
    const rest = (missing.get(key) ?? []).filter(each => each !== one)
    if (rest.length === 0) missing.delete(key)
    else missing.set(key, rest)
  }
  const pass = (key: string, loss: RunLoss, below: number): void => {
    const one: Missing = { loss, below, lines: loss.lines }
    missing.set(key, [...(missing.get(key) ?? []), one])
    const cancel = clock.after(comesWithin, () => {
      timers.delete(cancel)
      forget(key, one)
      if (one.lines > 0) lost({ ...loss, lines: one.lines })
    })
    timers.add(cancel)
  }
  const remember = (key: string, next: number): number | undefined => {
    const before = known.get(key)
    known.delete(key)
    known.set(key, { next: Math.max(next, before?.next ?? 0), reading })
    const [oldest] = known.keys()
    if (known.size > mostRuns && oldest !== undefined) known.delete(oldest)
    return before !== undefined && before.reading < reading ? before.next : undefined
  }
  const late = (key: string, records: readonly LogRecord[]): void => {
    for (const one of missing.get(key) ?? []) one.lines -= records.filter(({ number }) => number < one.below).length
  }

  return {
    begin: () => void reading++,
    look: ({ records, losses }) => {
      const [first, last] = [records[0], records.at(-1)]
      if (first === undefined || last === undefined) return
      const key = runKey(first)
      late(key, records)
      for (const loss of losses) if (loss.reason === 'Missing') pass(key, loss, first.number)
      const expected = remember(key, last.number + 1)
      if (expected !== undefined && first.number > expected)
        pass(key, { run: first, reason: 'Expired', lines: first.number - expected, bytes: 0 }, first.number)
    },
    stop: () => {
      for (const cancel of timers) cancel()
    },
  }
}
