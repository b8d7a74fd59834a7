import type { Stored } from '@periplus/api'
import type { HorizontalPodAutoscaler } from '@periplus/kinds'

/** What was thought and done before, in milliseconds since the epoch: newest last. */
export interface Memory {
  /** How many pods were thought right. */
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

/** A recommendation like the last one is remembered after so long: within that it says nothing new. */
const pause = 10_000

const isPair = (value: unknown): value is readonly [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(one => Number.isFinite(one))

const pairsIn = (value: unknown, now: number): Memory['scaled'] =>
  Array.isArray(value) ? value.filter(isPair).filter(([at]) => at <= now && at > now - longest) : []

/** What the object remembers; what is none of a memory is nothing. */
export const memoryOf = ({ metadata }: Stored<HorizontalPodAutoscaler>, now: number): Memory => {
  try {
    const value: unknown = JSON.parse(metadata.annotations?.[memoryAnnotation] ?? '{}')
    const { recommended, scaled } = (value ?? {}) as Readonly<Record<string, unknown>>
    return { recommended: pairsIn(recommended, now), scaled: pairsIn(scaled, now) }
  } catch {
    return { recommended: [], scaled: [] }
  }
}

export const recommending = (memory: Memory, replicas: number, now: number): Memory => {
  const last = memory.recommended.at(-1)
  return last && last[1] === replicas && last[0] > now - pause
    ? memory
    : { ...memory, recommended: [...memory.recommended, [now, replicas]] }
}

export const scaling = (memory: Memory, change: number, now: number): Memory => ({
  ...memory,
  scaled: [...memory.scaled, [now, change]],
})
