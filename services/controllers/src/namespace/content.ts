import type { Kind, KindRegistry, ObjectRef } from '@periplus/api'
import type { Command } from '@periplus/commands'
import type { Cut, Entry } from '@periplus/projection'

/** What is left in a namespace, by resource. */
export interface Content {
  readonly group: string
  readonly resource: string
  /** `undefined`: nobody here knows how to delete it. */
  readonly kind: Kind | undefined
  readonly entries: readonly Entry[]
}

export const contentOf = (cut: Cut, kinds: KindRegistry, namespace: string): readonly Content[] =>
  cut
    .resources()
    .map(({ group, resource }) => ({
      group,
      resource,
      kind: kinds.stored(group, resource),
      entries: cut.entries(group, resource, namespace),
    }))
    .filter(({ kind, entries }) => (kind?.namespaced ?? true) && entries.length > 0)

/** At most this many objects are deleted by one decision. */
export const batch = 200

/** Pods go first, so that nothing that guards them (network policies, say) is taken away under them. */
export const toDelete = (
  content: readonly Content[],
): readonly { readonly kind: Kind; readonly ref: ObjectRef; readonly uid: string }[] => {
  const pods = content.filter(({ group, resource }) => group === '' && resource === 'pods')
  return (pods.length > 0 ? pods : content)
    .flatMap(({ kind, entries }) =>
      kind ? entries.map(entry => ({ kind, ref: entry.ref, object: entry.object() })) : [],
    )
    .filter(({ object }) => object.metadata.deletionTimestamp === undefined)
    .slice(0, batch)
    .map(({ kind, ref, object }) => ({ kind, ref, uid: object.metadata.uid }))
}

export const deletion = ({ kind, ref, uid }: { kind: Kind; ref: ObjectRef; uid: string }): Command => ({
  verb: 'delete',
  kind,
  ref,
  options: { propagationPolicy: 'Background', preconditions: { uid } },
})
