import { deepEqual } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Kind, KubernetesObject, Refusal, Stored } from '@periplus/api'
import type { Candidate } from './candidate.ts'
import { asJson, part, withPart } from './json.ts'
import { refuse } from './refuse.ts'
import { checkIdentity, updated } from './update.ts'

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const byName = (containers: unknown): ReadonlyMap<unknown, unknown> =>
  new Map(listOf(containers).map(container => [asJson(container)['name'], container] as const))

/** `pods/ephemeralcontainers`: containers are added; those that are there stay as they are. */
export const ephemeralContainersCandidate = (
  kind: Kind,
  object: KubernetesObject,
  previous: Stored<KubernetesObject>,
): Either<Refusal, Candidate> => {
  const checked = checkIdentity(kind, object.metadata, previous)
  if (E.isLeft(checked)) return checked
  const before = listOf(part(previous, 'spec')['ephemeralContainers'])
  const after = listOf(part(object, 'spec')['ephemeralContainers'])
  const afterByName = byName(after)
  const field = 'spec.ephemeralContainers'
  for (const container of before) {
    const { name } = asJson(container)
    const kept = afterByName.get(name)
    if (!kept || !deepEqual(kept, container))
      return refuse.invalid(kind, previous.metadata.name, [
        {
          reason: 'FieldValueForbidden',
          field,
          message: `Forbidden: existing ephemeral containers "${String(name)}" may not be ${kept ? 'changed' : 'removed'}`,
        },
      ])
  }
  const added = after.length > 0 ? { ephemeralContainers: after } : {}
  const next = withPart(previous, 'spec', { ...part(previous, 'spec'), ...added })
  return E.right(updated(kind, 'ephemeralcontainers', previous, next))
}

/**
 * `pods/resize`: resources of containers, nothing else. Containers that are not those of the pod in their order are left as they
 * were sent, for the rules to refuse.
 */
export const resizeCandidate = (
  kind: Kind,
  object: KubernetesObject,
  previous: Stored<KubernetesObject>,
): Either<Refusal, Candidate> => {
  const checked = checkIdentity(kind, object.metadata, previous)
  if (E.isLeft(checked)) return checked
  const wanted = part(object, 'spec')
  const before = part(previous, 'spec')
  const { containers: _containers, initContainers: _initContainers, resources: _resources, ...kept } = before
  const parts = (['containers', 'initContainers'] as const).flatMap(name => {
    const resized = resizedContainers(listOf(wanted[name]), listOf(before[name]))
    return resized.length > 0 ? [[name, resized] as const] : []
  })
  const resources = wanted['resources'] === undefined ? {} : { resources: wanted['resources'] }
  const next = withPart(previous, 'spec', { ...kept, ...resources, ...Object.fromEntries(parts) })
  return E.right(updated(kind, 'resize', previous, next))
}

const resizedContainers = (wanted: readonly unknown[], before: readonly unknown[]): readonly unknown[] => {
  const same =
    wanted.length === before.length && wanted.every((one, i) => asJson(one)['name'] === asJson(before[i])['name'])
  if (!same) return wanted
  return wanted.map((one, i) => {
    const { resources, resizePolicy } = asJson(one)
    const { resources: _resources, resizePolicy: _policy, ...kept } = asJson(before[i])
    return {
      ...kept,
      ...(resources === undefined ? {} : { resources }),
      ...(resizePolicy === undefined ? {} : { resizePolicy }),
    }
  })
}
