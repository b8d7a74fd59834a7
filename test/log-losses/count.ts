import { jetStreamLogStream } from '@periplus/log-stream'
import type { LossReason } from '@periplus/log-stream'
import { withBus } from '../faults/log-of.ts'
import { until } from '../faults/until.ts'

/** What became of the lines that a pod has written. */
export interface Count {
  readonly written: number
  readonly lost: number
  readonly doubled: number
  /** Lines that stand before one that was written earlier. */
  readonly early: number
  /** Lines that are none of those that were written. */
  readonly strange: number
  /** What the stream itself says that it lacks. */
  readonly told: readonly LossReason[]
}

/** Compares what the stream has of a pod, once it says that it has all, with the numbers that the pod has written. */
export const countLines = (home: string, name: string, written: number): Promise<Count> =>
  withBus(home, async bus => {
    const stream = jetStreamLogStream(bus)
    const scope = { namespace: 'default', pod: name }
    const isWhole = async (): Promise<boolean> => {
      for await (const { ended } of stream.read({ scope })) if (ended) return true
      return false
    }
    await until(`the last lines of ${name} are in the stream`, isWhole, 300_000)
    const seen = new Uint8Array(written + 1)
    const told = new Set<LossReason>()
    let [doubled, early, strange, before] = [0, 0, 0, 0]
    for await (const { records, losses } of stream.read({ scope })) {
      for (const { reason } of losses) told.add(reason)
      for (const { bytes } of records) {
        const number = Number(/^(\d+) x{92}$/.exec(Buffer.from(bytes).toString('latin1'))?.[1])
        if (!(number >= 1 && number <= written)) strange++
        else if (seen[number]) doubled++
        else if (number < before) early++
        seen[number] = 1
        before = number
      }
    }
    const lost = seen.subarray(1).reduce((count, is) => count + (is ? 0 : 1), 0)
    return { written, lost, doubled, early, strange, told: [...told] }
  })
