import type { Kind, KubernetesObject } from '@periplus/api'
import { CertificateSigningRequest } from '@periplus/kinds'
import type { Command, Requester } from '@periplus/commands'
import type { User } from '../ports.ts'

/** As admission knows whoever asks. */
export const requesterOf = ({ name, uid, groups, extra }: User): Requester => ({ username: name, uid, groups, extra })

/**
 * A request for a certificate names who asks for it, whatever its body says, and however it is made: whoever approves it, and the signer,
 * go by that. As Kubernetes, the body's own claims are replaced; of one that is there already nothing of this changes.
 */
export const inTheNameOf = (command: Command, user: User): Command => {
  if (command.verb === 'delete' || !isOfRequests(command.kind)) return command
  if (command.verb === 'create') return { ...command, object: requestedBy(command.object, user) }
  if (command.verb !== 'patch' || command.patch.type !== 'apply') return command
  return { ...command, patch: { ...command.patch, body: { ...requestedBy(command.patch.body, user) } } }
}

const isOfRequests = ({ group, resource }: Kind): boolean =>
  group === CertificateSigningRequest.group && resource === CertificateSigningRequest.resource

const claims: readonly string[] = ['username', 'uid', 'groups', 'extra']

/** What has no spec is no request, and refused as such. */
const requestedBy = <A extends KubernetesObject | Readonly<Record<string, unknown>>>(object: A, user: User): A => {
  const { spec } = object as { readonly spec?: unknown }
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) return object
  const asked = Object.fromEntries(Object.entries(spec).filter(([name]) => !claims.includes(name)))
  return {
    ...object,
    spec: {
      ...asked,
      username: user.name,
      ...(user.uid === '' ? {} : { uid: user.uid }),
      groups: [...user.groups],
      ...(Object.keys(user.extra).length === 0 ? {} : { extra: user.extra }),
    },
  }
}
