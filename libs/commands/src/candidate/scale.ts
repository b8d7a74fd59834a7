import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Kind, KubernetesObject, Refusal, Stored } from '@periplus/api'
import type { Candidate } from './candidate.ts'
import { part } from './json.ts'
import { refuse } from './refuse.ts'
import { checkIdentity, updated } from './update.ts'

/** `autoscaling/v1` Scale of an object; `undefined` for a kind that doesn't scale. */
export interface Scale extends KubernetesObject {
  readonly spec: { readonly replicas: number }
  readonly status: { readonly replicas: number; readonly selector?: string }
}

/** The `autoscaling/v1` Scale of an object; `undefined` where its kind has none. */
export const scaleOf = (kind: Kind, object: KubernetesObject): Scale | undefined => {
  if (!kind.scale) return undefined
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata ?? {}
  const selector = kind.scale.selector(object)
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: kind.scale.replicas(object) },
    status: { replicas: kind.scale.statusReplicas(object), ...(selector === '' ? {} : { selector }) },
  }
}

/** The number of replicas, set through a Scale. */
export const scaleCandidate = (
  kind: Kind,
  scale: KubernetesObject,
  previous: Stored<KubernetesObject>,
): Either<Refusal, Candidate> => {
  if (!kind.scale) return refuse.badRequest(`${kind.resource} do not scale`)
  const checked = checkIdentity(kind, scale.metadata, previous)
  if (E.isLeft(checked)) return checked
  const replicas = part(scale, 'spec')['replicas'] ?? 0
  if (typeof replicas !== 'number' || !Number.isInteger(replicas) || replicas < 0)
    return E.left({
      tag: 'Invalid',
      target: { group: 'autoscaling', resource: kind.resource, name: previous.metadata.name, kind: 'Scale' },
      causes: [
        {
          reason: 'FieldValueInvalid',
          field: 'spec.replicas',
          message: `Invalid value: ${JSON.stringify(replicas)}: must be greater than or equal to 0`,
        },
      ],
    })
  return E.right(updated(kind, 'scale', previous, kind.scale.withReplicas(previous, replicas)))
}
