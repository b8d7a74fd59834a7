import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { encodeFrame } from '../codec/frame-writer.ts'
import type { EncodedFrame } from '../codec/frame-writer.ts'
import type { LogBatch } from '../log-stream.ts'
import type { ContainerRun, LogFrame } from '../record.ts'

/** The right side, for the contract suite. */
export const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

/** A run of a container, for the contract suite. */
export const runOf = (more: Partial<ContainerRun> = {}): ContainerRun => ({
  ...{ node: 'n1', namespace: 'default', pod: 'counter', podUid: 'u1', container: 'count', restart: 0 },
  ...more,
})

/** Lines `line <number>` of stdout, a millisecond apart. */
export const frameOf = (run: ContainerRun, from: number, to: number, more: Partial<LogFrame> = {}): EncodedFrame =>
  encodeFrame({
    ...{ run, objectSequence: 7, from, to, losses: [], ended: false },
    records: Array.from({ length: to - from + 1 }, (_, i) => ({
      ...run,
      ...{ stream: 'stdout' as const, number: from + i, objectSequence: 7 },
      time: 1_767_323_045_123_456_789n + BigInt(from + i) * 1_000_000n,
      bytes: Buffer.from(`line ${from + i}`),
    })),
    ...more,
  })

/** Batches up to so many lines, or the end. */
export const take = async (batches: AsyncIterable<LogBatch>, lines = Infinity): Promise<readonly LogBatch[]> => {
  const taken: LogBatch[] = []
  let count = 0
  for await (const batch of batches) {
    taken.push(batch)
    count += batch.records.length
    if (count >= lines) break
  }
  return taken
}

/** Numbers of records, for the contract suite. */
export const numbers = (batches: readonly LogBatch[]): readonly number[] =>
  batches.flatMap(({ records }) => records.map(({ number }) => number))

/** Numbers up to one, for the contract suite. */
export const upTo = (last: number, first = 1): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i)
