import type { Sequence } from '@periplus/log'
import type { Change } from '../cut.ts'

/** The newest changes, so that a watch can be resumed without reading the log. Bounded in number and in bytes. */
export interface Backlog {
  push(change: Change): void
  /** As `LiveCut.recent`. */
  after(sequence: Sequence): readonly Change[] | undefined
  /** Everything up to `sequence` was applied without being kept. */
  skipTo(sequence: Sequence): void
}

/** `forgotten` is told of every change that is no longer kept. */
export const backlog = (limit: number, limitBytes: number, forgotten: (change: Change) => void): Backlog => {
  let changes: Change[] = []
  /** Index of the oldest kept change; what stands before it is cut off now and then. */
  let start = 0
  let bytes = 0
  /** Changes above this sequence are all here. */
  let complete: Sequence = 0

  const dropOldest = (): void => {
    const oldest = changes[start] as Change
    bytes -= oldest.event.body.length
    forgotten(oldest)
    complete = oldest.event.sequence
    start++
  }
  const indexAfter = (sequence: Sequence): number => {
    let low = start
    let high = changes.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((changes[middle] as Change).event.sequence <= sequence) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    push: change => {
      changes.push(change)
      bytes += change.event.body.length
      while (start < changes.length && (changes.length - start > limit || bytes > limitBytes)) dropOldest()
      if (start > 256 && start * 2 > changes.length) {
        changes = changes.slice(start)
        start = 0
      }
    },
    after: sequence => (sequence < complete ? undefined : changes.slice(indexAfter(sequence))),
    skipTo: sequence => {
      changes.slice(start).forEach(forgotten)
      changes = []
      start = 0
      bytes = 0
      complete = sequence
    },
  }
}
