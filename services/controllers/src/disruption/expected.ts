import { parseGroupVersion, controllerOf } from '@periplus/api'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import { Deployment, ReplicaSet, ReplicationController, StatefulSet } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { asCount } from '../status/count.ts'

interface Scaled extends KubernetesObject {
  readonly spec?: { readonly replicas?: number }
}

/** What pods are made by and how many of them somebody wants. */
export const scaledKinds: readonly Kind<Scaled>[] = [Deployment, ReplicaSet, ReplicationController, StatefulSet]

const ownerIn = (cut: Cut, object: Stored<KubernetesObject>): Stored<Scaled> | undefined => {
  const reference = controllerOf(object)
  const kind = scaledKinds.find(
    ({ group, kind }) => kind === reference?.kind && parseGroupVersion(reference.apiVersion)?.group === group,
  )
  const owner = kind && reference && cut.get(kind, object.metadata.namespace ?? '', reference.name)
  return owner?.metadata.uid === reference?.uid ? owner : undefined
}

/** How many pods the owners of these want altogether. Of a ReplicaSet's pods its Deployment says it; pods of nobody count not. */
export const expectedPods = (cut: Cut, pods: readonly Stored<Pod>[]): number => {
  const wanted = new Map<string, number>()
  for (const pod of pods) {
    const owner = ownerIn(cut, pod)
    const scaled = owner && (ownerIn(cut, owner) ?? owner)
    if (scaled) wanted.set(scaled.metadata.uid, scaled.spec?.replicas ?? 1)
  }
  return asCount([...wanted.values()].reduce((sum, replicas) => sum + replicas, 0))
}
