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
  const next = withPart(previous, 'spec', { ...part(previous, 'spec'), ephemeralContainers: after })
  return E.right(updated(kind, 'ephemeralcontainers', previous, next))
}

/** `pods/resize`: the resources of containers by name, nothing else. */
export const resizeCandidate = (
  kind: Kind,
  object: KubernetesObject,
  previous: Stored<KubernetesObject>,
): Either<Refusal, Candidate> => {
  const checked = checkIdentity(kind, object.metadata, previous)
  if (E.isLeft(checked)) return checked
  const wanted = part(object, 'spec')
  const spec = part(previous, 'spec')
  const resized = (which: string): unknown => {
    if (spec[which] === undefined) return undefined
    const wantedByName = byName(wanted[which])
    return listOf(spec[which]).map(container => {
      const match = wantedByName.get(asJson(container)['name'])
      return match ? { ...asJson(container), ...pick(asJson(match), ['resources', 'resizePolicy']) } : container
    })
  }
  const containers = resized('containers')
  const initContainers = resized('initContainers')
  const next = withPart(previous, 'spec', { ...spec, containers, ...(initContainers ? { initContainers } : {}) })
  return E.right(updated(kind, 'resize', previous, next))
}

const pick = (object: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(keys.filter(key => object[key] !== undefined).map(key => [key, object[key]]))
