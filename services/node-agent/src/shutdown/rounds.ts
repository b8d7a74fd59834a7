import type { Pod } from '@periplus/kinds'
import { graceSecondsOf } from '../plan/grace-seconds.ts'
import type { ShutdownGracePeriod } from './grace-periods.ts'

/** Pods that are ended at the same time. Those of the next round are left in peace until all are gone, or the time is up. */
export interface Round {
  readonly seconds: number
  readonly pods: readonly { readonly pod: Pod; readonly graceSeconds: number }[]
}

/** Even a pod without any grace has this. */
const leastSeconds = 1

/** Who is ended when: the least important first. `periods` rise by priority; a round that nobody is in takes no time. */
export const shutdownRounds = (periods: readonly ShutdownGracePeriod[], pods: readonly Pod[]): readonly Round[] => {
  const groups = periods.map(({ seconds }) => ({ seconds, pods: [] as Pod[] }))
  for (const pod of pods) groups[groupOf(periods, pod.spec?.priority ?? 0)]?.pods.push(pod)
  return groups
    .filter(group => group.pods.length > 0)
    .map(({ seconds, pods: members }) => ({
      seconds,
      pods: members.map(pod => ({ pod, graceSeconds: graceWithin(pod, seconds) })),
    }))
}

/** The last one that is not above the pod's priority; whoever is below them all is in the first. */
const groupOf = (periods: readonly ShutdownGracePeriod[], priority: number): number =>
  Math.max(
    0,
    periods.findLastIndex(period => period.priority <= priority),
  )

const graceWithin = (pod: Pod, seconds: number): number =>
  Math.max(leastSeconds, Math.min(graceSecondsOf(pod), seconds))
