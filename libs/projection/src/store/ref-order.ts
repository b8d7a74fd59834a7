import type { ObjectRef } from '@periplus/api'

type Named = Pick<ObjectRef, 'namespace' | 'name'>

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The order of lists. */
export const byNamespaceAndName = (a: Named, b: Named): number =>
  compare(a.namespace, b.namespace) || compare(a.name, b.name)
