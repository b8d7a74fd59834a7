import { selects } from '@periplus/api'
import type { Kind, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { controlledBy, controllerOf } from '@periplus/controller'
import { Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { hasEnded } from '../pods/phase.ts'
import { fittingOrphans } from '../pods/orphans.ts'
import type { Replicated } from './replicated.ts'

/** The pods that are somebody's, and what it takes to make them so. */
export interface Claim {
  readonly pods: readonly Stored<Pod>[]
  readonly commands: readonly Command[]
  readonly adopted: number
  readonly released: number
}

const patchOwners = (pod: Stored<Pod>, reference: object): Command => ({
  verb: 'patch',
  kind: Pod,
  ref: { group: '', resource: 'pods', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name },
  // The uid keeps a pod that took the name meanwhile from being meant.
  patch: { type: 'strategic', body: { metadata: { uid: pod.metadata.uid, ownerReferences: [reference] } } },
})

/**
 * Own pods whose labels no longer fit are released; fitting pods that nobody manages are adopted. What is being deleted
 * neither adopts nor is adopted.
 */
export const claimPods = (cut: Cut, kind: Kind, { object, selector }: Replicated): Claim => {
  const { uid, namespace = '', deletionTimestamp } = object.metadata
  const leaving = deletionTimestamp !== undefined
  const fits = (pod: Pod): boolean => selects(selector, pod.metadata?.labels)

  const kept: Stored<Pod>[] = []
  const released: Stored<Pod>[] = []
  for (const pod of cut.ownedBy(Pod, uid)) {
    if (controllerOf(pod)?.uid !== uid) continue
    if (fits(pod)) kept.push(pod)
    else if (!leaving && pod.metadata.deletionTimestamp === undefined) released.push(pod)
  }
  const adopted = leaving
    ? []
    : fittingOrphans(cut, namespace, selector).filter(
        pod => pod.metadata.deletionTimestamp === undefined && !hasEnded(pod),
      )
  return {
    pods: [...kept, ...adopted],
    commands: [
      ...released.map(pod => patchOwners(pod, { $patch: 'delete', uid })),
      ...adopted.map(pod => patchOwners(pod, controlledBy(kind, object))),
    ],
    adopted: adopted.length,
    released: released.length,
  }
}
