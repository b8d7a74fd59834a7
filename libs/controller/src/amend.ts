import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'

/** A merge patch of an object as it was read: refused with Conflict where somebody was faster. */
export const amend = (kind: Kind, { metadata }: Stored<KubernetesObject>, body: object): Command => ({
  verb: 'patch',
  kind,
  ref: { group: kind.group, resource: kind.resource, namespace: metadata.namespace ?? '', name: metadata.name },
  patch: { type: 'merge', body },
  resourceVersion: metadata.resourceVersion,
})
