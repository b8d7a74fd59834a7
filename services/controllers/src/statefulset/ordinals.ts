import type { Stored } from '@periplus/api'
import type { Pod, StatefulSet } from '@periplus/kinds'

/** The number at the end of a pod's name; `undefined` for a pod that is not named as one of the set's. */
export const ordinalOf = (set: StatefulSet, name: string): number | undefined => {
  const prefix = `${set.metadata?.name ?? ''}-`
  const text = name.startsWith(prefix) ? name.slice(prefix.length) : ''
  if (!/^(0|[1-9][0-9]{0,9})$/.test(text)) return undefined
  const ordinal = Number(text)
  return ordinal <= 2147483647 ? ordinal : undefined
}

export const podName = (set: Stored<StatefulSet>, ordinal: number): string => `${set.metadata.name}-${ordinal}`

/** The first ordinal. */
export const startOf = ({ spec }: StatefulSet): number => spec?.ordinals?.start ?? 0

export const replicasOf = ({ spec }: StatefulSet): number => spec?.replicas ?? 1

/** Whether the set is to have a pod of this ordinal. */
export const isInRange = (set: StatefulSet, ordinal: number): boolean =>
  ordinal >= startOf(set) && ordinal < startOf(set) + replicasOf(set)

/** Pods are made and deleted one after the other, each when those before it are available. */
export const isOrdered = ({ spec }: StatefulSet): boolean => spec?.podManagementPolicy !== 'Parallel'

/** A pod of the set with its ordinal. */
export interface Member {
  readonly ordinal: number
  readonly pod: Stored<Pod>
}

/** The set's pods by ordinal, lowest first; others that it owns are left alone. */
export const membersOf = (set: StatefulSet, pods: readonly Stored<Pod>[]): readonly Member[] =>
  pods
    .flatMap(pod => {
      const ordinal = ordinalOf(set, pod.metadata.name)
      return ordinal === undefined ? [] : [{ ordinal, pod }]
    })
    .sort((a, b) => a.ordinal - b.ordinal)
