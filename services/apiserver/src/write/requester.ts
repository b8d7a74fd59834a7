import type { Kind, KubernetesObject } from '@periplus/api'
import { CertificateSigningRequest } from '@periplus/kinds'
import type { Requester } from '@periplus/commands'
import type { User } from '../ports.ts'

/** As admission knows whoever asks. */
export const requesterOf = ({ name, uid, groups, extra }: User): Requester => ({ username: name, uid, groups, extra })

/**
 * A request for a certificate names who asks for it, whatever its body says: whoever approves it, and the signer, go by
 * that. As Kubernetes, the body's own claims are replaced.
 */
export const withRequester = (kind: Kind, object: KubernetesObject, user: User): KubernetesObject => {
  if (kind.group !== CertificateSigningRequest.group || kind.resource !== CertificateSigningRequest.resource)
    return object
  const { spec } = object as CertificateSigningRequest
  return {
    ...object,
    spec: {
      ...spec,
      username: user.name,
      uid: user.uid === '' ? undefined : user.uid,
      groups: [...user.groups],
      extra: Object.keys(user.extra).length === 0 ? undefined : user.extra,
    },
  } as KubernetesObject
}
