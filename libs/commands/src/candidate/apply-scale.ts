import { groupVersion, serverSideApply } from '@periplus/api'
import type { Kind, KubernetesObject, OwnershipConflict, Refusal } from '@periplus/api'
import { Scale as ScaleSchema } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { asJson } from './json.ts'
import type { Json } from './json.ts'
import { refuse } from './refuse.ts'

/** The form in which a configuration of `scale` comes. */
export const scaleForm = { group: 'autoscaling', version: 'v1', kind: 'Scale', schema: ScaleSchema } as const

/**
 * The configuration of an object that says of it what one of its Scale says: the number of replicas, which is owned in the object
 * itself. Its status nobody sets.
 */
export const scaledConfiguration = (kind: Kind, body: Json): Either<Refusal, Json> => {
  if (!kind.scale) return refuse.badRequest(`${kind.resource} do not scale`)
  const { replicas } = asJson(body['spec'])
  const { name, namespace, uid, resourceVersion } = asJson(body['metadata'])
  const named = { apiVersion: groupVersion(kind), kind: kind.kind, metadata: { name, namespace, uid, resourceVersion } }
  if (typeof replicas !== 'number') return E.right(named)
  return E.right(asJson(kind.scale.withReplicas({ ...named, spec: {} } as KubernetesObject, replicas)))
}

const replicasPath = ['spec', 'replicas'].map(serverSideApply.fieldElement)

/** As who applies a Scale is told of it: in the words of the Scale. */
export const conflictsOfScale = (conflicts: readonly OwnershipConflict[]): readonly OwnershipConflict[] =>
  conflicts.map(({ owner }) => ({
    owner: { ...owner, apiVersion: groupVersion(scaleForm) },
    path: replicasPath,
  }))
