import type { EvictionPolicy } from './policy.ts'
import { quantityOf, resourceOf } from './signals.ts'
import type { Readings, Signal, Threshold } from './signals.ts'

/** What the node says of itself in its conditions. */
export interface Pressure {
  readonly memory: boolean
  readonly disk: boolean
}

/** A threshold for which something is to be done now. */
export interface Crossing {
  readonly signal: Signal
  /** Below this much. */
  readonly quantity: number
  readonly available: number
  /** Whether pods have time to end. */
  readonly soft: boolean
}

/** What is remembered from one look to the next. */
export interface PressureRecord {
  /** Since when thresholds have been crossed without a break, by their names. */
  readonly since: ReadonlyMap<string, number>
  /** Those for which something was to be done at the last look. */
  readonly due: ReadonlySet<string>
  readonly memorySeen: number
  readonly diskSeen: number
}

export const noPressure: PressureRecord = {
  since: new Map(),
  due: new Set(),
  memorySeen: -Infinity,
  diskSeen: -Infinity,
}

/**
 * What the readings mean, as the kubelet judges them (its eviction manager's `synchronize`): a threshold is crossed below its quantity, and
 * remains so, once something was done for it, until its minimum is reclaimed; conditions tell it at once and for a while longer; something
 * is done for a soft one when it has been crossed for its grace period. Due ones come hard before soft, memory before the disk.
 */
export const judge = (
  { hard, soft, minimumReclaim, transitionMilliseconds }: EvictionPolicy,
  record: PressureRecord,
  readings: Readings,
  now: number,
): { readonly record: PressureRecord; readonly pressure: Pressure; readonly due: readonly Crossing[] } => {
  const since = new Map<string, number>()
  const due = new Map<string, Crossing>()
  let { memorySeen, diskSeen } = record

  const look = (name: string, signal: Signal, threshold: Threshold, graceMilliseconds: number | undefined): void => {
    const reading = readings.get(signal)
    if (!reading || reading.capacity === 0) return
    const { available } = reading
    const quantity = quantityOf(threshold, reading)
    const minimum = minimumReclaim.get(signal)
    const reclaimed = record.due.has(name) && minimum ? quantityOf(minimum, reading) : 0
    if (available >= quantity + reclaimed) return
    const begun = record.since.get(name) ?? now
    since.set(name, begun)
    if (resourceOf(signal) === 'memory') memorySeen = now
    else diskSeen = now
    if (now - begun >= (graceMilliseconds ?? 0))
      due.set(name, { signal, quantity, available, soft: graceMilliseconds !== undefined })
  }
  for (const [signal, threshold] of hard) look(`hard/${signal}`, signal, threshold, undefined)
  for (const [signal, threshold] of soft) look(`soft/${signal}`, signal, threshold, threshold.graceMilliseconds)

  const byUrgency = [...due.values()].sort(
    (a, b) =>
      Number(a.soft) - Number(b.soft) ||
      Number(resourceOf(b.signal) === 'memory') - Number(resourceOf(a.signal) === 'memory'),
  )
  return {
    record: { since, due: new Set(due.keys()), memorySeen, diskSeen },
    pressure: { memory: now - memorySeen < transitionMilliseconds, disk: now - diskSeen < transitionMilliseconds },
    due: byUrgency,
  }
}
