import { groupResource } from '@periplus/api'
import { placeOfRestorable } from '@periplus/replay'
import type { Restorable } from '@periplus/replay'
import type { Resource } from '../past/resources.ts'
import { stateReader } from '../restore/state-reader.ts'
import type { ApiClient } from '../past/api-client.ts'
import { isOwnKind } from './left-behind.ts'

/** A kind of the cluster that objects come from, in a version that both know; `undefined`: this one serves none of it yet. */
export interface CarriedKind {
  readonly there: Resource
  readonly here: Resource | undefined
}

const keyOf = ({ group, resource }: Pick<Resource, 'group' | 'resource'>): string => `${group}/${resource}`

/** Each kind whose objects can be made, in the first of its versions that is served here, else in the first. Pure. */
export const carriedKinds = (there: readonly Resource[], here: readonly Resource[]): readonly CarriedKind[] => {
  const kinds = new Map<string, CarriedKind>()
  for (const one of there) {
    if (isOwnKind(one) || !['list', 'create'].every(verb => one.verbs.includes(verb))) continue
    const same = here.find(other => keyOf(other) === keyOf(one) && other.version === one.version)
    const found = kinds.get(keyOf(one))
    if (!found || (!found.here && same)) kinds.set(keyOf(one), { there: one, here: same })
  }
  return [...kinds.values()]
}

/** What there is, and what of it may not be listed. */
export interface Read {
  readonly objects: readonly Restorable[]
  readonly forbidden: readonly string[]
}

/** All objects of these kinds; of some namespaces, where they are named. */
export const readAll = async (
  client: ApiClient,
  kinds: readonly Resource[],
  namespaces: readonly string[] = [],
): Promise<Read> => {
  const reader = stateReader(client)
  const objects = new Map<string, Restorable>()
  const forbidden: string[] = []
  for (const kind of kinds)
    for (const namespace of kind.namespaced && namespaces.length > 0 ? namespaces : ['']) {
      const listed = await reader.list(kind, namespace)
      if (typeof listed === 'string') {
        forbidden.push(groupResource(kind.resource, kind.group))
        continue
      }
      // Events and their like are served in two groups; a kind that is in none twice.
      for (const one of listed) objects.set(placeOfRestorable(one), one)
    }
  return { objects: [...objects.values()], forbidden }
}
