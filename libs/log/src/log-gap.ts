import type { Sequence } from './event.ts'

/** Thrown out of `follow` and `range`: events from `from` on were asked for, and the log keeps only those from `first` on. */
export class LogGap extends Error {
  override readonly name = 'LogGap'
  readonly from: Sequence
  readonly first: Sequence

  constructor(from: Sequence, first: Sequence) {
    super(`the log starts at ${first}, and ${from} was asked for`)
    this.from = from
    this.first = first
  }
}
