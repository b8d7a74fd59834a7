import { pause } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { Sink } from '../http/reply.ts'
import { sendInitial } from './initial.ts'
import type { WatchPlan } from './plan.ts'

/**
 * A watch of a moment of the past: what was there, and then nothing, for as long as a watch lasts. Refusing it would make clients
 * ask again and again.
 */
export const runStillWatch = async (clock: Clock, plan: WatchPlan, sink: Sink, signal: AbortSignal): Promise<void> => {
  await sendInitial(plan, sink, signal)
  await pause(clock, plan.timeoutMilliseconds, signal)
}
