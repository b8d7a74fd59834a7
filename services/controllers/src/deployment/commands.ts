import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import type { EventDraft } from '@periplus/controller'
import { Deployment, ReplicaSet } from '@periplus/kinds'
import type { DeploymentStatus } from '@periplus/kinds'
import { writeStatus } from '../status/write-status.ts'
import * as annotation from './annotations.ts'
import { allSets, sizeOf } from './rollout.ts'
import type { Rollout } from './rollout.ts'

/** What turns the ReplicaSets as found into those that are planned. */
export const setCommands = (found: readonly Stored<ReplicaSet>[], planned: Rollout): readonly Command[] => {
  const byUid = new Map(found.map(set => [set.metadata.uid, set]))
  return [
    // The new one first: if it cannot be made, the old ones keep their size.
    ...[...allSets(planned)].reverse().flatMap((set): Command[] => {
      const before = byUid.get(set.metadata?.uid ?? '')
      return before ? patch(before, set) : [{ verb: 'create', kind: ReplicaSet, object: set }]
    }),
    ...planned.expired.map((set): Command => ({
      verb: 'delete',
      kind: ReplicaSet,
      ref: refOf(set),
      options: { preconditions: { uid: set.metadata.uid } },
    })),
  ]
}

const refOf = ({ metadata }: Stored<ReplicaSet>) => ({
  group: ReplicaSet.group,
  resource: ReplicaSet.resource,
  namespace: metadata.namespace ?? '',
  name: metadata.name,
})

const patch = (before: Stored<ReplicaSet>, after: ReplicaSet): Command[] => {
  const annotations = changes(before.metadata.annotations, after.metadata?.annotations)
  const spec = {
    ...(sizeOf(before) === sizeOf(after) ? {} : { replicas: sizeOf(after) }),
    ...((before.spec?.minReadySeconds ?? 0) === (after.spec?.minReadySeconds ?? 0)
      ? {}
      : { minReadySeconds: after.spec?.minReadySeconds ?? 0 }),
  }
  if (Object.keys(annotations).length === 0 && Object.keys(spec).length === 0) return []
  const metadata = { uid: before.metadata.uid, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) }
  const body = { metadata, ...(Object.keys(spec).length > 0 ? { spec } : {}) }
  return [{ verb: 'patch', kind: ReplicaSet, ref: refOf(before), patch: { type: 'merge', body } }]
}

const changes = (
  before: Readonly<Record<string, string>> | undefined,
  after: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(after ?? {}).filter(([key, value]) => before?.[key] !== value))

/** `Scaled up replica set x from 0 to 2`, for each that changes its size. */
export const scalings = (found: readonly Stored<ReplicaSet>[], planned: Rollout): readonly EventDraft[] =>
  allSets(planned).flatMap(set => {
    const before = found.find(one => one.metadata.uid === set.metadata?.uid)
    const from = before ? sizeOf(before) : 0
    const to = sizeOf(set)
    if (from === to) return []
    const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${set.metadata?.name} from ${from} to ${to}`
    return [{ regarding: planned.deployment, type: 'Normal' as const, reason: 'ScalingReplicaSet', message }]
  })

/** Status and revision in one write: a status may change annotations. */
export const statusCommands = ({ deployment, revision }: Rollout, status: DeploymentStatus): readonly Command[] => {
  const written = writeStatus(Deployment, deployment, status, ['terminatingReplicas', 'collisionCount'])
  const revised = revision !== undefined && deployment.metadata.annotations?.[annotation.revision] !== revision
  if (!revised) return written ? [written] : []
  const { namespace = '', name } = deployment.metadata
  const body = written?.verb === 'patch' ? (written.patch.body as object) : {}
  return [
    {
      verb: 'patch',
      kind: Deployment,
      ref: { group: Deployment.group, resource: Deployment.resource, namespace, name },
      subresource: 'status',
      patch: { type: 'merge', body: { metadata: { annotations: { [annotation.revision]: revision } }, ...body } },
    },
  ]
}
