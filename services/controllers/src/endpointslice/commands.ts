import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { EndpointSlice } from '@periplus/kinds'
import { slicePatch } from './slice-patch.ts'

/** What is to be done about slices. */
export interface SliceChanges {
  readonly creations: readonly EndpointSlice[]
  readonly updates: readonly { readonly before: Stored<EndpointSlice>; readonly after: EndpointSlice }[]
  readonly deletions: readonly Stored<EndpointSlice>[]
}

/**
 * Where slices come and go at once, those that would go become those that would come. `mayBecome`: one that is being collected
 * for a service of the same name that is gone must not be taken.
 */
export const recycled = (
  { creations, updates, deletions }: SliceChanges,
  mayBecome: (slice: Stored<EndpointSlice>) => boolean,
): SliceChanges => {
  const made = [...creations]
  const gone: Stored<EndpointSlice>[] = []
  const reused: { before: Stored<EndpointSlice>; after: EndpointSlice }[] = []
  for (const before of deletions) {
    const at = mayBecome(before) ? made.findIndex(({ addressType }) => addressType === before.addressType) : -1
    const [after] = at < 0 ? [] : made.splice(at, 1)
    if (after) reused.push({ before, after })
    else gone.push(before)
  }
  return { creations: made, updates: [...updates, ...reused], deletions: gone }
}

/** In the order of Kubernetes: first what is new, so that nothing is missing meanwhile. */
export const commandsOf = ({ creations, updates, deletions }: SliceChanges): readonly Command[] => [
  ...creations.map((object): Command => ({ verb: 'create', kind: EndpointSlice, object })),
  ...updates.map(({ before, after }): Command => {
    // With the version that was read: what somebody else wrote in between is looked at before it is overwritten.
    const { name, namespace = '', uid, resourceVersion } = before.metadata
    const patch = slicePatch(before, after)
    const { group, resource } = EndpointSlice
    if (patch)
      return { verb: 'patch', kind: EndpointSlice, ref: { group, resource, namespace, name }, patch, resourceVersion }
    const metadata = {
      ...after.metadata,
      name,
      namespace,
      uid,
      resourceVersion,
      generateName: before.metadata.generateName,
    }
    return { verb: 'update', kind: EndpointSlice, object: { ...after, metadata } as EndpointSlice }
  }),
  ...deletions.map(({ metadata: { namespace = '', name, uid } }): Command => ({
    verb: 'delete',
    kind: EndpointSlice,
    ref: { group: EndpointSlice.group, resource: EndpointSlice.resource, namespace, name },
    options: { preconditions: { uid } },
  })),
]
