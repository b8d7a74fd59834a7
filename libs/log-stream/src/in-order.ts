import type { LogBatch } from './log-stream.ts'

/** Frames of several nodes come as each is ready: lines are held back so long that one which is older may still come before them. */
const windowMilliseconds = 2_000
/** What is held back at most, whatever its times. */
const mostHeld = 100_000

/** Something that stands at a time. */
export interface Timed {
  /** Nanoseconds since the epoch. */
  readonly time: bigint
  /** What has the same one came in its order, whatever its times say: a run's lines do, over clocks that are set back. */
  readonly ofRun?: string
}

interface Held<A> {
  readonly entry: A
  /** Its time, or that of a later one that it came behind. */
  readonly at: bigint
}

/**
 * What batches give, in the order of its times as far as it came within two seconds of each other; what stands at one time, and what is of
 * one run, keeps its order. For reading what is there: what is followed comes as it comes.
 */
export async function* inTimeOrder<A extends Timed>(
  batches: AsyncIterable<LogBatch>,
  of: (batch: LogBatch) => Promise<readonly A[]>,
): AsyncGenerator<readonly A[]> {
  const reached = new Map<string, bigint>()
  const placed = (entry: A): Held<A> => {
    const { ofRun, time } = entry
    if (ofRun === undefined) return { entry, at: time }
    const before = reached.get(ofRun) ?? time
    const at = time < before ? before : time
    reached.set(ofRun, at)
    return { entry, at }
  }
  let held: Held<A>[] = []
  let heardAt = 0
  for await (const batch of batches) {
    for (const entry of await of(batch)) held.push(placed(entry))
    if (batch.storedAt < heardAt + windowMilliseconds && held.length < mostHeld) continue
    heardAt = batch.storedAt
    const before = BigInt(batch.storedAt - windowMilliseconds) * 1_000_000n
    held = sorted(held)
    const ripe = held.length < mostHeld ? held.findIndex(({ at }) => at > before) : held.length / 2
    const count = ripe < 0 ? held.length : ripe
    if (count > 0) yield held.splice(0, count).map(({ entry }) => entry)
  }
  if (held.length > 0) yield sorted(held).map(({ entry }) => entry)
}

const sorted = <A>(all: readonly Held<A>[]): Held<A>[] =>
  [...all].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
