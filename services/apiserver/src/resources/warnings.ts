import type { Kind } from '@periplus/api'
import type { ResourceInfo } from '../http/call.ts'

/** Kinds that Kubernetes itself warns of, whatever is asked of them. */
const deprecated: Readonly<Record<string, string>> = {
  '/endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  '/componentstatuses': 'v1 ComponentStatus is deprecated in v1.19+',
}

const storedOnly = 'stored, but nothing in this cluster acts on it yet'

/** Law 9: what is accepted and has no effect says so when it is made. The line goes when its controller comes. */
const withoutEffect: Readonly<Record<string, string>> = {
  'admissionregistration.k8s.io/mutatingadmissionpolicies': storedOnly,
  'admissionregistration.k8s.io/mutatingadmissionpolicybindings': storedOnly,
  'certificates.k8s.io/certificatesigningrequests':
    'stored, but nothing in this cluster signs it, unless it is of a node that joins',
}

/** What a client is told in a `Warning` header besides its answer; of what was refused there is nothing to say. */
export const warningFor = (kind: Kind, { verb, subresource }: ResourceInfo, done: boolean): string | undefined => {
  const name = `${kind.group}/${kind.resource}`
  if (deprecated[name] !== undefined) return deprecated[name]
  if (!done || verb !== 'create' || subresource !== '' || withoutEffect[name] === undefined) return undefined
  return `${kind.group === '' ? '' : `${kind.group}/`}${kind.version} ${kind.kind}: ${withoutEffect[name]}`
}
