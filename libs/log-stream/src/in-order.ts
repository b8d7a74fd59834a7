import type { LogBatch } from './log-stream.ts'

/** Frames of several nodes come as each is ready: lines are held back so long that one which is older may still come before them. */
const windowMilliseconds = 2_000
/** What is held back at most, whatever its times. */
const mostHeld = 100_000

/** Something that stands at a time. */
export interface Timed {
  /** Nanoseconds since the epoch. */
  readonly time: bigint
}

/**
 * What batches give, in the order of its times as far as it came within two seconds of each other; what stands at one time keeps
 * its order. For reading what is there: what is followed comes as it comes.
 */
export async function* inTimeOrder<A extends Timed>(
  batches: AsyncIterable<LogBatch>,
  of: (batch: LogBatch) => Promise<readonly A[]>,
): AsyncGenerator<readonly A[]> {
  let held: A[] = []
  let heardAt = 0
  for await (const batch of batches) {
    held.push(...(await of(batch)))
    if (batch.storedAt < heardAt + windowMilliseconds && held.length < mostHeld) continue
    heardAt = batch.storedAt
    const before = BigInt(batch.storedAt - windowMilliseconds) * 1_000_000n
    held = sorted(held)
    const ripe = held.length < mostHeld ? held.findIndex(({ time }) => time > before) : held.length / 2
    const count = ripe < 0 ? held.length : ripe
    if (count > 0) yield held.splice(0, count)
  }
  if (held.length > 0) yield sorted(held)
}

const sorted = <A extends Timed>(all: readonly A[]): A[] =>
  [...all].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
