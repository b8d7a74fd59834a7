import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Setting } from '@periplus/service'
import { CannotGoOn } from './say.ts'

/** How long pods of a priority, and of those up to the next one that is named, may take to end when the machine goes down. */
export interface ShutdownGracePeriod {
  readonly priority: number
  readonly seconds: number
}

/** The kubelet's settings, of nearly these names. The time of critical pods is the last part of the whole. */
export interface ShutdownSettings {
  readonly shutdownGracePeriodSeconds: number
  readonly shutdownGracePeriodCriticalPodsSeconds: number
  readonly shutdownGracePeriodByPodPriority: readonly ShutdownGracePeriod[]
}

const pair = /^(-?\d{1,10})=(\d{1,5})$/
const mostPriority = 2_147_483_647
const critical = 2_000_000_000

/** A setting that gives priorities of pods a number of seconds each. */
export const priorities = (
  name: Setting<readonly ShutdownGracePeriod[]>['name'],
  doc: string,
): Setting<readonly ShutdownGracePeriod[]> => ({
  name,
  doc,
  fallback: '',
  parse: (value = '') => {
    const found = value
      .split(',')
      .filter(part => part.trim() !== '')
      .map(part => pair.exec(part.trim()))
    const read = found.flatMap(each => (each ? [{ priority: Number(each[1]), seconds: Number(each[2]) }] : []))
    const sound = read.length === found.length && read.every(({ priority }) => Math.abs(priority) <= mostPriority)
    if (!sound) return E.left('must be pairs of a priority and seconds, such as 0=20,2000000000=5')
    return new Set(read.map(({ priority }) => priority)).size === read.length
      ? E.right(read)
      : E.left('names a priority more than once')
  },
})

/** Rising by priority; none: pods are not ended by the node. Refused in the kubelet's words. */
export const gracePeriodsOf = (settings: ShutdownSettings): Either<string, readonly ShutdownGracePeriod[]> => {
  const { shutdownGracePeriodSeconds: whole, shutdownGracePeriodCriticalPodsSeconds: last } = settings
  const byPriority = [...settings.shutdownGracePeriodByPodPriority].sort((a, b) => a.priority - b.priority)
  if (byPriority.length > 0 && (whole > 0 || last > 0))
    return E.left(
      'invalid configuration: Cannot specify both shutdownGracePeriodByPodPriority and shutdownGracePeriod at the same time',
    )
  if (byPriority.length > 0) return E.right(byPriority)
  if (last > whole)
    return E.left(
      `invalid configuration: shutdownGracePeriodCriticalPods {${last}s} must be <= shutdownGracePeriod {${whole}s}`,
    )
  if (whole === 0) return E.right([])
  return E.right([
    { priority: 0, seconds: whole - last },
    { priority: critical, seconds: last },
  ])
}

/** The same for whoever starts: nothing does with settings that contradict each other. */
export const shutdownGrace = (settings: ShutdownSettings): readonly ShutdownGracePeriod[] => {
  const periods = gracePeriodsOf(settings)
  if (E.isLeft(periods)) throw new CannotGoOn(periods.left)
  return periods.right
}
