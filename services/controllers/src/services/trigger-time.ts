import { podCondition } from '@periplus/kinds'
import { formatTime, millisecondsOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Pod, Service } from '@periplus/kinds'

/** When the change happened that an object of endpoints shows: what measures of their delay begin at. */
export const triggerTime = 'endpoints.kubernetes.io/last-change-trigger-time'

/**
 * The annotations with the time of the change, or without one where nobody can say: of what is shown anew, the first that
 * happened since what was last told. What a service has first, it has since it was made.
 */
export const withTriggerTime = (
  annotations: Readonly<Record<string, string>> | undefined,
  time: string | undefined,
): Readonly<Record<string, string>> | undefined => {
  const { [triggerTime]: _, ...rest } = annotations ?? {}
  const next = time === undefined ? rest : { ...rest, [triggerTime]: time }
  return Object.keys(next).length > 0 ? next : undefined
}

/** `told`: the times that the service's objects of endpoints tell so far; `undefined` where there are none. */
export const timeOfChange = (
  { metadata }: Stored<Service>,
  changed: readonly Stored<Pod>[],
  told: readonly (string | undefined)[] | undefined,
): string | undefined => {
  if (!told) return metadata.creationTimestamp
  const last = Math.max(0, ...told.map(time => millisecondsOf(time) ?? 0))
  const times = changed
    .map(pod => millisecondsOf(podCondition(pod, 'Ready')?.lastTransitionTime) ?? 0)
    .filter(time => time > last)
  return times.length > 0 ? formatTime(times.reduce((a, b) => Math.min(a, b))) : undefined
}
