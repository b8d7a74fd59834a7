import assert from 'node:assert/strict'
import type { KubernetesObject } from '@periplus/api'
import type { Cut, Entry } from '../cut.ts'
import { isFoundBy } from '../cut/is-found-by.ts'
import type { Index } from '../indexes.ts'
import { byOwner, dependentsOf, podsOnNode, unmanagedIn } from '../indexes.ts'
import { podKind } from './histories.ts'

const placeOf = ({ ref: { group, resource, namespace, name } }: Entry): string =>
  `${group}/${resource}/${namespace}/${name}`

const nameOf = ({ metadata }: KubernetesObject): string => `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`

/** What may be asked for: whatever stands in an object, and what stands in none. */
const keysIn = (cut: Pick<Cut, 'entries' | 'resources'>): ReadonlySet<string> => {
  const objects = cut.resources().flatMap(({ group, resource }) => cut.entries(group, resource))
  const keys = objects.flatMap(entry => {
    const { metadata, spec } = entry.object() as KubernetesObject & { readonly spec?: { readonly nodeName?: string } }
    const owners = metadata?.ownerReferences?.map(({ uid }) => uid) ?? []
    return [entry.ref.namespace, metadata?.uid ?? '', spec?.nodeName ?? '', ...owners]
  })
  return new Set(['', 'nothing', ...keys])
}

/** What every cut does, live or seen through another: an index finds exactly what a look through everything would, in its order. */
export const findsByIndexes = (
  cut: Pick<Cut, 'by' | 'entriesBy' | 'entries' | 'resources'>,
  indexes: readonly Index[] = [podsOnNode as Index, byOwner(podKind), unmanagedIn(podKind)],
): void => {
  for (const key of keysIn(cut)) {
    for (const index of indexes) {
      const { group, resource } = index.kind
      const expected = cut.entries(group, resource).filter(entry => isFoundBy(index, key, entry))
      const found = cut.entriesBy(index, key)
      assert.deepEqual(found.map(placeOf), expected.map(placeOf), `${resource} by ${key}`)
      assert.deepEqual(
        found.map(entry => entry.labels()),
        expected.map(entry => entry.object().metadata.labels),
        `labels of ${resource} by ${key}`,
      )
      assert.deepEqual(
        cut.by(index, key).map(nameOf),
        expected.map(entry => nameOf(entry.object())),
        `${resource} by ${key}, as objects`,
      )
    }
    const dependents = cut
      .resources()
      .flatMap(({ group, resource }) => cut.entries(group, resource))
      .filter(entry => isFoundBy(dependentsOf, key, entry))
    assert.deepEqual(
      cut.entriesBy(dependentsOf, key).map(placeOf).toSorted(),
      dependents.map(placeOf).toSorted(),
      `dependents of ${key}`,
    )
  }
}
