import { availableAt, isPodReady } from '@periplus/kinds'
import type { DaemonSetStatus } from '@periplus/kinds'
import { isAvailable, isUpToDate } from './daemons.ts'
import type { Daemons } from './daemons.ts'

/** What the oldest pod of each node says. */
export const daemonStatus = (daemons: Daemons, collisionCount: number | undefined): DaemonSetStatus => {
  const { set, nodes, verdict, pods, hash } = daemons
  const wanted = nodes.filter(({ metadata }) => verdict(metadata.name).runs)
  const others = nodes.filter(({ metadata }) => !verdict(metadata.name).runs)
  const oldest = wanted.flatMap(({ metadata }) => pods.get(metadata.name)?.slice(0, 1) ?? [])
  const available = oldest.filter(pod => isAvailable(daemons, pod)).length
  return {
    ...set.status,
    desiredNumberScheduled: wanted.length,
    currentNumberScheduled: oldest.length,
    numberMisscheduled: others.filter(({ metadata }) => pods.has(metadata.name)).length,
    numberReady: oldest.filter(isPodReady).length,
    updatedNumberScheduled: oldest.filter(pod => isUpToDate(pod, hash)).length,
    numberAvailable: available,
    numberUnavailable: wanted.length - available,
    observedGeneration: set.metadata.generation,
    ...(collisionCount === undefined ? {} : { collisionCount }),
  }
}

/** Milliseconds until the next ready pod has been ready for long enough, one for each that isn't yet. */
export const availabilityWaits = ({ set, pods, moment }: Daemons): readonly number[] =>
  [...pods.values()]
    .flat()
    .map(pod => (availableAt(pod, set.spec?.minReadySeconds ?? 0) ?? 0) - moment.now)
    .filter(wait => wait > 0)
