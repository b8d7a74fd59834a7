import type { Stored } from '@periplus/api'
import { StatefulSet } from '@periplus/kinds'
import type { Pod, Volume } from '@periplus/kinds'
import { revisionLabel } from '../history/revisions.ts'
import { prefixOf } from '../generated-names.ts'
import { podFromTemplate } from '../pods/new-pod.ts'
import { claimName } from './claims.ts'
import type { SetHistory } from './history.ts'
import { podName, startOf } from './ordinals.ts'

export const podNameLabel = 'statefulset.kubernetes.io/pod-name'
export const indexLabel = 'apps.kubernetes.io/pod-index'

/** Ordinals below the partition stay at the revision that the set comes from; without a rolling update there is none. */
const isHeldBack = (set: Stored<StatefulSet>, ordinal: number): boolean => {
  const { type, rollingUpdate } = set.spec?.updateStrategy ?? {}
  if (rollingUpdate) return ordinal < startOf(set) + (rollingUpdate.partition ?? 0)
  return type === 'RollingUpdate' && ordinal < startOf(set) + (set.status?.currentReplicas ?? 0)
}

/** Volumes of the set's claims, which take the place of the template's volumes of their names. */
const volumesOf = (set: Stored<StatefulSet>, volumes: readonly Volume[], ordinal: number): readonly Volume[] => {
  const claims = (set.spec?.volumeClaimTemplates ?? []).map((template): Volume => ({
    name: template.metadata?.name ?? '',
    persistentVolumeClaim: { claimName: claimName(set, template, ordinal) },
  }))
  const names = new Set(claims.map(({ name }) => name))
  return [...claims, ...volumes.filter(({ name }) => !names.has(name))]
}

/** The pod of an ordinal: with its name, its place in the headless service and its claims. */
export const statefulPod = (
  set: Stored<StatefulSet>,
  { current, update }: Pick<SetHistory, 'current' | 'update'>,
  ordinal: number,
): Pod => {
  const { name: revision, template } = isHeldBack(set, ordinal) ? current : update
  const name = podName(set, ordinal)
  const pod = podFromTemplate({ kind: StatefulSet, object: set, template }, name)
  const spec = pod.spec ?? { containers: [] }
  const volumes = volumesOf(set, spec.volumes ?? [], ordinal)
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      generateName: prefixOf(set.metadata.name),
      labels: {
        ...pod.metadata?.labels,
        [podNameLabel]: name,
        [indexLabel]: String(ordinal),
        [revisionLabel]: revision,
      },
    },
    spec: {
      ...spec,
      hostname: name,
      ...(set.spec?.serviceName ? { subdomain: set.spec.serviceName } : {}),
      ...(volumes.length > 0 ? { volumes } : {}),
    },
  }
}
