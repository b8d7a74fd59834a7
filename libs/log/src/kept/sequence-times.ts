import type { Sequence } from '../event.ts'

/** Where a log ended when. Of what heartbeats have taken away, the log itself does not know any more when it was written. */
export interface SequenceTimes {
  /** The log's last sequence is `last` now, in milliseconds since the epoch. */
  note(now: number, last: Sequence): void
  /** The last sequence by a time, as far as it was noted; 0 where it was not. */
  lastBy(time: number): Sequence
}

/** Remembers as much as `milliseconds` back, a five-hundredth of that apart. */
export const sequenceTimes = (milliseconds: number): SequenceTimes => {
  const apart = milliseconds / 500
  let noted: { readonly at: number; readonly last: Sequence }[] = []
  return {
    note: (now, last) => {
      const newest = noted.at(-1)
      if (newest && now - newest.at < apart) return
      noted.push({ at: now, last })
      // The newest of those that are too old is the one that is asked for.
      const keep = noted.findLastIndex(({ at }) => at <= now - milliseconds)
      if (keep > 0) noted = noted.slice(keep)
    },
    lastBy: time => noted.findLast(({ at }) => at <= time)?.last ?? 0,
  }
}
