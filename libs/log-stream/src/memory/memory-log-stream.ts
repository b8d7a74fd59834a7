import { E, wakeUp } from '@periplus/prelude'
import { batchOf, expiredBefore } from '../batches.ts'
import type { StoredFrame } from '../batches.ts'
import type { LogStream } from '../log-stream.ts'
import { logSubject, podToken } from '../subject.ts'
import type { LogScope } from '../subject.ts'

/** A stream in memory, held to the same contract as the one on JetStream. */
export interface MemoryLogStream extends LogStream {
  /** Stores any bytes under any subject, as whoever reaches the stream can. */
  store(subject: string, bytes: Uint8Array): void
}

/** A log stream in one process's memory, for tests. `now` in milliseconds since the epoch. */
export const memoryLogStream = (now: () => number = Date.now): MemoryLogStream => {
  let kept: StoredFrame[] = []
  let last = 0
  const ids = new Map<string, number>()
  const growth = wakeUp()
  const store = (subject: string, bytes: Uint8Array): number => {
    kept.push({ position: ++last, storedAt: now(), subject, bytes: Uint8Array.from(bytes) })
    growth.wake()
    return last
  }
  const first = (): number => kept[0]?.position ?? last + 1
  return {
    store,
    append: async ({ run, from, to, bytes }) => {
      const id = `${run.podUid}/${run.container}/${run.restart}/${from}-${to}/${bytes.length}`
      const position = ids.get(id) ?? store(logSubject(run), bytes)
      ids.set(id, position)
      return E.right(position)
    },
    bounds: async () =>
      E.right({ first: first(), last, bytes: kept.reduce((sum, { bytes }) => sum + bytes.length, 0) }),
    expire: async (scope, upTo) => {
      const before = kept.length
      const covers = within(scope)
      kept = kept.filter(({ position, subject }) => position > upTo || !covers(subject))
      return E.right(before - kept.length)
    },
    async *sizes({ from = 1, since = 0, scope = {} }) {
      const covers = within(scope)
      yield kept
        .filter(({ position, storedAt, subject }) => position >= from && storedAt >= since && covers(subject))
        .map(({ position, bytes }) => ({ position, bytes: bytes.length }))
    },
    async *read({ from = 1, since, to = Infinity, scope = {}, follow = false, signal }) {
      const covers = within(scope)
      const told = batchOf(from === 1 && since === undefined)
      if (since === undefined && from > 1 && from < first()) yield expiredBefore(first(), now())
      const end = follow ? to : Math.min(to, last)
      for (let next = from; !signal?.aborted && next <= end;) {
        const found = kept.filter(
          ({ position, storedAt }) => position >= next && position <= end && storedAt >= (since ?? 0),
        )
        next = last + 1
        for (const message of found) if (covers(message.subject)) yield told(message)
        if (follow && next > last && !signal?.aborted) await growth.wait(signal)
      }
    },
  }
}

const within = ({ namespace, pod, container }: LogScope): ((subject: string) => boolean) => {
  const wanted = [namespace, pod === undefined ? undefined : podToken(pod), container]
  return subject => {
    const [, ...tokens] = subject.split('.')
    return wanted.every((part, i) => part === undefined || part === tokens[i])
  }
}
