import type { Kind } from '@periplus/api'

/** Whether objects of the kind are namespaces themselves, which are the cluster's and have a name where others have a namespace. */
export const isNamespaceKind = ({ group, resource }: Pick<Kind, 'group' | 'resource'>): boolean =>
  group === '' && resource === 'namespaces'
