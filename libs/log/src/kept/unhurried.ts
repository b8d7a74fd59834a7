import { pause } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { JetStream } from '@periplus/bus'
import type { Blobs } from '../blobs/blobs.ts'

/** Sources for work that nobody waits for: who reads them rests between small steps, so that it takes a tenth of the time. */
export interface Unhurried {
  readonly jetstream: (source: JetStream) => JetStream
  readonly blobs: (source: Blobs) => Blobs
}

/** Of each millisecond of work, those of rest that follow. */
const restFor = 9
/** Work that is not worth a rest, and the longest rest; in milliseconds. */
const [leastWork, longestRest] = [0.25, 100]
/** Messages of a step. */
const stepMessages = 16

/** All sources of one count together. While somebody `hurries` it, and for what is left when the signal aborts, there are no rests. */
export const unhurried = (
  clock: Pick<Clock, 'after' | 'now'>,
  signal: AbortSignal,
  hurries: () => boolean = () => false,
  now: () => number = () => performance.now(),
): Unhurried => {
  let began = now()
  const rest = async (): Promise<void> => {
    const worked = now() - began
    if (worked < leastWork || hurries()) return
    await pause(clock, Math.min(longestRest, worked * restFor), signal)
    began = now()
  }
  async function* inSteps<A>(source: AsyncIterable<A>, stepsOf: (one: A) => readonly A[]): AsyncGenerator<A> {
    for await (const one of source) {
      // Whoever waits for a source takes nothing from anybody.
      began = now()
      for (const step of stepsOf(one)) {
        yield step
        await rest()
      }
    }
  }
  return {
    jetstream: source => ({ ...source, read: request => inSteps(source.read(request), steps) }),
    blobs: source => ({ ...source, read: blob => inSteps(source.read(blob), one => [one]) }),
  }
}

const steps = <A>(all: readonly A[]): readonly (readonly A[])[] =>
  Array.from({ length: Math.ceil(all.length / stepMessages) }, (_, i) =>
    all.slice(i * stepMessages, (i + 1) * stepMessages),
  )
