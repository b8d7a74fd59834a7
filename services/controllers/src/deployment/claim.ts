import { selects } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { controlledBy, controllerOf } from '@periplus/controller'
import { Deployment, ReplicaSet } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

const patchOwners = (set: Stored<ReplicaSet>, reference: object): Command => ({
  verb: 'patch',
  kind: ReplicaSet,
  ref: {
    group: ReplicaSet.group,
    resource: ReplicaSet.resource,
    namespace: set.metadata.namespace ?? '',
    name: set.metadata.name,
  },
  patch: { type: 'strategic', body: { metadata: { uid: set.metadata.uid, ownerReferences: [reference] } } },
})

/** The Deployment's ReplicaSets, with those that fit and nobody manages, and without its own that no longer fit. */
export const claimSets = (
  cut: Cut,
  deployment: Stored<Deployment>,
): { readonly sets: readonly Stored<ReplicaSet>[]; readonly commands: readonly Command[] } => {
  const { uid, namespace, deletionTimestamp } = deployment.metadata
  const fits = (set: ReplicaSet): boolean => selects(deployment.spec?.selector, set.metadata?.labels)
  const own = cut.ownedBy(ReplicaSet, uid).filter(set => controllerOf(set)?.uid === uid)
  if (deletionTimestamp !== undefined) return { sets: own.filter(fits), commands: [] }

  const free = (set: Stored<ReplicaSet>): boolean =>
    controllerOf(set) === undefined && set.metadata.deletionTimestamp === undefined && fits(set)
  const adopted = cut.list(ReplicaSet, namespace).filter(free)
  const released = own.filter(set => !fits(set) && set.metadata.deletionTimestamp === undefined)
  return {
    sets: [...own.filter(fits), ...adopted],
    commands: [
      ...released.map(set => patchOwners(set, { $patch: 'delete', uid })),
      ...adopted.map(set => patchOwners(set, controlledBy(Deployment, deployment))),
    ],
  }
}
