import { pause } from '@periplus/prelude'
import type { Pod } from '@periplus/kinds'
import type { Clock } from '@periplus/prelude'
import { immediately, softGraceSeconds } from './eviction.ts'
import type { Eviction } from './eviction.ts'
import type { Crossing } from './judge.ts'
import { evictionMessage } from './message.ts'
import type { PressureState } from './pressure-state.ts'
import { rank } from './rank.ts'
import type { PodUsage } from './rank.ts'
import { resourceOf } from './signals.ts'
import type { Readings, Resource } from './signals.ts'

export interface PressureOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly state: PressureState
  /** What a pod may take at most to end for a soft threshold. */
  readonly maxPodGraceSeconds: number
  readonly look: () => Promise<Readings>
  /** What the node's pods use of a resource, measured now. */
  readonly usages: (resource: Resource) => Promise<readonly PodUsage[]>
  /** Removes what nobody needs: unused images. */
  readonly reclaim: () => Promise<void>
  /** Tells people that something is to be reclaimed. */
  readonly tell: (resource: Resource) => void
  readonly evict: (pod: Pod, eviction: Eviction) => void
  /** The pod has ended and given back what it held. */
  readonly isGone: (pod: Pod) => boolean
  /** A round threw: a bug that must not end the watch. */
  readonly failed: (error: unknown) => void
}

/** Containers fill a disk in seconds, and to look costs next to nothing. */
const lookMilliseconds = 1000
const reclaimMilliseconds = 10_000
const patienceMilliseconds = 30_000

/**
 * Gives back the machine's memory and disk before there is none left: unused images first, then one pod after the other. All that it
 * needs is on this machine: a full disk may be the reason why the log answers nobody, and pods are told of it afterwards.
 */
export const watchPressure = async (options: PressureOptions): Promise<void> => {
  const { clock, signal } = options
  const round = pressureRound(options)
  while (!signal.aborted) {
    await pause(clock, lookMilliseconds, signal)
    if (!signal.aborted) await round().catch(options.failed)
  }
}

const pressureRound = (options: PressureOptions): (() => Promise<void>) => {
  const { clock, state } = options
  let reclaimedAt = -Infinity
  /** Who does not end in time is not asked again, but to be faster. */
  const asked = new Map<string, number>()

  const look = async (): Promise<Crossing | undefined> => state.see(await options.look(), clock.now())[0]

  /** Another pod has its turn when this one has given back what it held, or takes too long, or there is no time for it any more. */
  const gone = async (pod: Pod, graceSeconds: number, soft: boolean): Promise<void> => {
    const until = clock.now() + graceSeconds * 1000 + patienceMilliseconds
    let lookAt = clock.now() + lookMilliseconds
    while (!options.signal.aborted && !options.isGone(pod) && clock.now() < until) {
      await pause(clock, lookMilliseconds / 5, options.signal)
      if (!soft || clock.now() < lookAt) continue
      lookAt = clock.now() + lookMilliseconds
      if ((await look())?.soft === false) return
    }
  }

  return async () => {
    const first = await look()
    if (!first) return
    if (clock.now() - reclaimedAt >= reclaimMilliseconds) {
      options.tell(resourceOf(first.signal))
      if (first.signal !== 'memory.available') {
        await options.reclaim()
        // Whoever has files open that are gone lets go of them now.
        await pause(clock, lookMilliseconds, options.signal)
      }
      reclaimedAt = clock.now()
    }
    const crossing = await look()
    if (!crossing) return
    const resource = resourceOf(crossing.signal)
    const graceOf = (pod: Pod): number =>
      crossing.soft ? softGraceSeconds(pod, options.maxPodGraceSeconds) : immediately
    const victim = rank(await options.usages(resource), resource).find(
      ({ pod }) => graceOf(pod) < (asked.get(pod.metadata?.uid ?? '') ?? Infinity),
    )
    if (!victim) return
    const graceSeconds = graceOf(victim.pod)
    asked.set(victim.pod.metadata?.uid ?? '', graceSeconds)
    options.evict(victim.pod, { message: evictionMessage(crossing, victim), graceSeconds })
    await gone(victim.pod, graceSeconds, crossing.soft)
  }
}
