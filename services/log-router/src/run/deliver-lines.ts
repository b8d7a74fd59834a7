import type { Delivery } from '@periplus/logs'
import type { Keeper } from './keeper.ts'
import type { LineQueue } from './line-queue.ts'
import type { SinkJob, SinkWorld } from './sink-job.ts'
import { countLost } from './sink-state.ts'

/** Delivers what is in the queue, batch by batch, until it is closed; a place is noted when all before it is delivered or lost. */
export const deliverLines = async (
  queue: LineQueue,
  to: Delivery,
  places: Keeper,
  { state }: SinkJob,
  { clock }: SinkWorld,
  signal: AbortSignal,
): Promise<void> => {
  for (let batch = await queue.take(); batch !== undefined; batch = await queue.take()) {
    const { lines, position, storedAt } = batch
    if (lines.length > 0) {
      state.oldest = storedAt
      const { delivered, lost, left } = await to.deliver(lines, signal)
      if (left.length > 0) return
      state.delivered += delivered
      countLost(state, lost)
      state.failing = undefined
      if (delivered > 0) state.lastDeliveryAt = clock.now()
    }
    state.oldest = queue.oldest()
    places.note({ position, delivered: state.delivered, dropped: state.dropped }, lines.length > 0)
  }
}
