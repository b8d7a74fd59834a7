import type { HorizontalPodAutoscalerSpec } from '@periplus/kinds'
import { recommendedWithin, within } from './memory.ts'
import type { Memory } from './memory.ts'

type Rules = NonNullable<NonNullable<HorizontalPodAutoscalerSpec['behavior']>['scaleUp']>

/** A number of pods, and why it is not another one. */
export interface Limited {
  readonly replicas: number
  readonly reason: string
  readonly message: string
}

const downWindow = 300

/** The recommendation that recent ones agree with: nothing shrinks, or grows, on the strength of a short while. */
export const stabilized = (
  { behavior }: HorizontalPodAutoscalerSpec,
  memory: Memory,
  current: number,
  wanted: number,
  now: number,
): Limited => {
  const up = Math.min(wanted, ...recommendedWithin(memory, behavior?.scaleUp?.stabilizationWindowSeconds ?? 0, now))
  const seconds = behavior?.scaleDown?.stabilizationWindowSeconds ?? downWindow
  const down = Math.max(wanted, ...recommendedWithin(memory, seconds, now))
  const replicas = behavior ? Math.min(Math.max(current, up), down) : down
  if (replicas === wanted)
    return { replicas, reason: 'ReadyForNewScale', message: 'recommended size matches current size' }
  return behavior && wanted >= current
    ? {
        replicas,
        reason: 'ScaleUpStabilized',
        message: 'recent recommendations were lower than current one, applying the lowest recent recommendation',
      }
    : {
        replicas,
        reason: 'ScaleDownStabilized',
        message: 'recent recommendations were higher than current one, applying the highest recent recommendation',
      }
}

/** How far the policies let the number of pods go in one direction, counted from what it was when each period began. */
const policyLimit = (
  { policies = [], selectPolicy }: Rules,
  { scaled }: Memory,
  current: number,
  direction: 1 | -1,
  now: number,
): number => {
  if (selectPolicy === 'Disabled') return current
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const before = current - within(scaled, periodSeconds, now).reduce((sum, change) => sum + change, 0)
    if (type === 'Pods') return before + direction * value
    const share = before * (1 + (direction * value) / 100)
    return direction > 0 ? Math.ceil(share) : Math.trunc(share)
  })
  return (selectPolicy === 'Min') === direction > 0 ? Math.min(...limits) : Math.max(...limits)
}

const growth = (spec: HorizontalPodAutoscalerSpec, memory: Memory, current: number, now: number): number => {
  const rules = spec.behavior?.scaleUp
  if (!rules) return spec.behavior ? Infinity : Math.max(2 * current, 4)
  return Math.max(current, policyLimit(rules, memory, current, 1, now))
}

const decline = (spec: HorizontalPodAutoscalerSpec, memory: Memory, current: number, now: number): number => {
  const rules = spec.behavior?.scaleDown
  return rules ? Math.min(current, policyLimit(rules, memory, current, -1, now)) : -Infinity
}

/** What the bounds and the rates of the behaviour leave of a recommendation. */
export const limited = (
  spec: HorizontalPodAutoscalerSpec,
  memory: Memory,
  current: number,
  wanted: number,
  now: number,
): Limited => {
  const fastest = growth(spec, memory, current, now)
  if (wanted > Math.min(spec.maxReplicas, fastest))
    return spec.maxReplicas > fastest
      ? {
          replicas: fastest,
          reason: 'ScaleUpLimit',
          message: 'the desired replica count is increasing faster than the maximum scale rate',
        }
      : {
          replicas: spec.maxReplicas,
          reason: 'TooManyReplicas',
          message: 'the desired replica count is more than the maximum replica count',
        }
  const least = spec.minReplicas ?? 1
  const slowest = decline(spec, memory, current, now)
  if (wanted < Math.max(least, slowest))
    return least < slowest
      ? {
          replicas: slowest,
          reason: 'ScaleDownLimit',
          message: 'the desired replica count is decreasing faster than the maximum scale rate',
        }
      : {
          replicas: least,
          reason: 'TooFewReplicas',
          message: 'the desired replica count is less than the minimum replica count',
        }
  return {
    replicas: wanted,
    reason: 'DesiredWithinRange',
    message: 'the desired count is within the acceptable range',
  }
}
