import type { Stored } from '@periplus/api'
import type { HorizontalPodAutoscaler } from '@periplus/kinds'

/** What was thought and done before, in milliseconds since the epoch: newest last. */
export interface Memory {
  /** How many pods were thought right: the last of these at every look since. */
  readonly recommended: readonly (readonly [at: number, replicas: number])[]
  /** By how many pods the target was changed. */
  readonly scaled: readonly (readonly [at: number, change: number])[]
}

/**
 * Kubernetes' controller remembers these and forgets them when it ends. Here they stand on the object, so that a decision is the same
 * whoever takes it.
 */
export const memoryAnnotation = 'autoscaling.periplus.io/recent'

/** No window of a behaviour is longer. */
const longest = 3_600_000

/** Milliseconds between two looks: so old are readings when they are looked at again. */
export const period = 15_000

const isPair = (value: unknown): value is readonly [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(one => Number.isFinite(one))

const pairsIn = (value: unknown, now: number): Memory['scaled'] =>
  Array.isArray(value) ? value.filter(isPair).filter(([at]) => at <= now) : []

const isRecent =
  (now: number) =>
  ([at]: readonly [at: number, value: number]): boolean =>
    at > now - longest

/** What the object remembers; what is none of a memory is nothing. */
export const memoryOf = ({ metadata }: Stored<HorizontalPodAutoscaler>, now: number): Memory => {
  try {
    const value: unknown = JSON.parse(metadata.annotations?.[memoryAnnotation] ?? '{}')
    const { recommended, scaled } = (value ?? {}) as Readonly<Record<string, unknown>>
    const thought = pairsIn(recommended, now)
    return {
      recommended: [...thought.slice(0, -1).filter(isRecent(now)), ...thought.slice(-1)],
      scaled: pairsIn(scaled, now).filter(isRecent(now)),
    }
  } catch {
    return { recommended: [], scaled: [] }
  }
}

/** What is thought as before is nothing new to remember: an autoscaler at rest writes nothing. */
export const recommending = (memory: Memory, replicas: number, now: number): Memory => {
  const { recommended } = memory
  const last = recommended.at(-1)
  if (last?.[1] === replicas) return memory
  const until = now - period
  const held = last && last[0] < until ? [[until, last[1]] as const] : []
  return { ...memory, recommended: [...recommended, ...held, [now, replicas]] }
}

/** What was recommended in the last `seconds`, until the last look. */
export const recommendedWithin = ({ recommended }: Memory, seconds: number, now: number): readonly number[] => {
  const last = recommended.at(-1)
  const held = last && seconds * 1000 > period ? [last[1]] : []
  return [...within(recommended, seconds, now), ...held]
}

/** What is remembered of the last `seconds`. */
export const within = (entries: Memory['scaled'], seconds: number, now: number): readonly number[] =>
  entries.filter(([at]) => at > now - seconds * 1000).map(([, value]) => value)

export const scaling = (memory: Memory, change: number, now: number): Memory => ({
  ...memory,
  scaled: [...memory.scaled, [now, change]],
})
