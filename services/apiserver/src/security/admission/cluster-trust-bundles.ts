import { isDeepStrictEqual } from 'node:util'
import { targetOf } from '@periplus/api'
import type { KubernetesObject, Refusal } from '@periplus/api'
import type { Candidate } from '@periplus/commands'
import type { ClusterTrustBundle } from '@periplus/kinds'
import type { Authorize, User } from '../../ports.ts'
import { mayForSigner } from './signers.ts'

/** The object but for what collecting garbage changes. */
const meaning = ({ metadata, ...rest }: KubernetesObject): unknown => {
  const { finalizers: _, ownerReferences: __, managedFields: ___, ...kept } = metadata ?? {}
  return [kept, rest]
}

/** Kubernetes' admission plugin ClusterTrustBundleAttest: who writes a signer's anchors of trust must be allowed to for it. */
export const clusterTrustBundleAttest =
  (authorize: Authorize) =>
  (user: User, { kind, operation, ref, next, previous }: Candidate): Refusal | undefined => {
    if (kind.group !== 'certificates.k8s.io' || kind.resource !== 'clustertrustbundles' || operation === 'delete')
      return undefined
    const { signerName = '' } = (next as ClusterTrustBundle).spec
    if (signerName === '' || (previous && isDeepStrictEqual(meaning(next), meaning(previous)))) return undefined
    if (mayForSigner(authorize, user, 'attest', signerName)) return undefined
    const message = `user not permitted to attest for signerName ${JSON.stringify(signerName)}`
    return { tag: 'Forbidden', target: targetOf(kind, ref.name), message }
  }
