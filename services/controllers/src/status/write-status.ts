import { deepEqual } from '@periplus/api'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'

type Json = Readonly<Record<string, unknown>>

/**
 * The command that makes an object's status what it should be; `undefined` when it is that already. Zero counts are left out,
 * as Kubernetes leaves them out, unless `keepZero` names them or they are there: what is stored as zero means something, and
 * nobody may take a count of collisions away. What a status no longer has is removed by name.
 */
export const writeStatus = <A extends KubernetesObject & { readonly status?: unknown }>(
  kind: Kind,
  object: Stored<A>,
  wanted: NonNullable<A['status']>,
  keepZero: readonly string[] = [],
): Command | undefined => {
  const present = (object.status ?? {}) as Json
  const next = withoutZeros(wanted as Json, key => present[key] === 0 || keepZero.includes(key))
  const changed: Record<string, unknown> = {}
  for (const key in next) if (!deepEqual(present[key], next[key])) changed[key] = mergePatch(present[key], next[key])
  for (const key in present) if (next[key] === undefined) changed[key] = null
  if (Object.keys(changed).length === 0) return undefined
  const { group, resource } = kind
  const { namespace = '', name } = object.metadata
  return {
    verb: 'patch',
    kind,
    ref: { group, resource, namespace, name },
    subresource: 'status',
    patch: { type: 'merge', body: { status: changed } },
  }
}

const withoutZeros = (status: Json, kept: (key: string) => boolean): Json =>
  Object.fromEntries(Object.entries(status).filter(([key, value]) => value !== undefined && (value !== 0 || kept(key))))

/** The merge patch that makes a value what it should be: members of an object that it no longer has are removed by name. */
const mergePatch = (present: unknown, next: unknown): unknown => {
  if (!isObject(present) || !isObject(next)) return next
  const gone = Object.keys(present).filter(key => next[key] === undefined)
  return {
    ...Object.fromEntries(Object.entries(next).map(([key, value]) => [key, mergePatch(present[key], value)])),
    ...Object.fromEntries(gone.map(key => [key, null])),
  }
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
