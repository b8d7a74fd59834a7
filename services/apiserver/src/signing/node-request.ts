import type { CertificateSigningRequest } from '@periplus/kinds'
import { subjectOf } from '../security/admission/signing-request.ts'

/** The signer of nodes' client certificates, by Kubernetes' name. */
export const kubeletSigner = 'kubernetes.io/kube-apiserver-client-kubelet'

const usages: ReadonlySet<string> = new Set(['key encipherment', 'digital signature', 'client auth'])

/** Why this signer signs no such request; `undefined` where it does. */
export const nodeRequestFault = ({ spec }: CertificateSigningRequest): string | undefined => {
  const subject = subjectOf(spec.request)
  if (!subject) return 'the request is no certificate request'
  const { commonNames, organizations, hasNames } = subject
  if (organizations.length !== 1 || organizations[0] !== 'system:nodes') return 'the organization is not system:nodes'
  if (commonNames.length !== 1 || !/^system:node:[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(commonNames[0] ?? ''))
    return 'the common name is not system:node: and the name of a node'
  if (hasNames) return 'the request is for a client and names hosts'
  const asked = spec.usages ?? []
  return asked.includes('client auth') && asked.every(usage => usages.has(usage))
    ? undefined
    : 'the usages are not those of a client'
}
