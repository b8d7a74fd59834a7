import type { Kind } from '@periplus/api'

/** Kinds that Kubernetes itself warns of, whatever is asked of them. */
const deprecated: Readonly<Record<string, string>> = {
  '/endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  '/componentstatuses': 'v1 ComponentStatus is deprecated in v1.19+',
}

/** What a client is told in a `Warning` header besides its answer. */
export const warningFor = ({ group, resource }: Kind): string | undefined => deprecated[`${group}/${resource}`]
