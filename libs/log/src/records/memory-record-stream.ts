import { E, wakeUp } from '@periplus/prelude'
import type { RecordStream, StoredRecord } from './record-stream.ts'

/** Whether a subject fits a filter with NATS' wildcards. */
const fits = (filter: string): ((subject: string) => boolean) => {
  const pattern = filter.split('.')
  return subject => {
    const tokens = subject.split('.')
    const open = pattern.at(-1) === '>'
    if (open ? tokens.length < pattern.length : tokens.length !== pattern.length) return false
    return pattern.every((token, i) => token === '*' || (open && i === pattern.length - 1) || token === tokens[i])
  }
}

/** Records in one process's memory: for tests and the simulation. `now` in milliseconds since the epoch. */
export const memoryRecordStream = (now: () => number = Date.now): RecordStream => {
  const records: StoredRecord[] = []
  const growth = wakeUp()
  const select = (from: number, to: number, since: number, subject: string): readonly StoredRecord[] => {
    const wanted = fits(subject)
    return records.slice(from - 1, to).filter(record => record.time >= since && wanted(record.subject))
  }
  return {
    dropped: 0,
    append: (subject, bytes) => {
      records.push({ sequence: records.length + 1, time: now(), subject, bytes })
      growth.wake()
    },
    flush: async () => undefined,
    last: async () => E.right(records.length),
    async *range({ from = 1, to = Infinity, since, subject = '>' }) {
      const found = since === undefined ? select(from, to, 0, subject) : select(1, to, since, subject)
      if (found.length > 0) yield found
    },
    async *follow({ from = 1, subject = '>', signal }) {
      for (let next = from; !signal.aborted;) {
        const end = records.length
        const found = select(next, end, 0, subject)
        if (next <= end) next = end + 1
        if (found.length > 0) yield found
        else if (records.length < next) await growth.wait(signal)
      }
    },
  }
}
