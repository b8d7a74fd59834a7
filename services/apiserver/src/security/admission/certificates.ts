import { isDeepStrictEqual } from 'node:util'
import { targetOf } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import type { Candidate } from '@periplus/commands'
import type { CertificateSigningRequest } from '@periplus/kinds'
import type { Authorize, User } from '../../ports.ts'
import { mayForSigner } from './signers.ts'
import { subjectOf } from './signing-request.ts'

/**
 * Kubernetes' admission plugins CertificateSubjectRestriction, CertificateApproval and CertificateSigning: nobody asks for a
 * certificate of the masters, and whoever approves or signs must be allowed to for that signer.
 */
export const certificateAdmission =
  (authorize: Authorize) =>
  (user: User, candidate: Candidate): Refusal | undefined => {
    const { kind, operation, subresource = '' } = candidate
    if (
      kind.group !== 'certificates.k8s.io' ||
      kind.resource !== 'certificatesigningrequests' ||
      operation === 'delete'
    )
      return undefined
    const next = candidate.next as CertificateSigningRequest
    const before = candidate.previous as CertificateSigningRequest | undefined
    const signer = (before ?? next).spec.signerName
    const forbidden = (message: string): Refusal => ({
      tag: 'Forbidden',
      target: targetOf(kind, candidate.ref.name),
      message,
    })
    switch (subresource) {
      case '': {
        const fault = subjectFault(next)
        return fault === undefined ? undefined : forbidden(fault)
      }
      case 'approval':
        return mayForSigner(authorize, user, 'approve', signer)
          ? undefined
          : forbidden(`user not permitted to approve requests with signerName ${JSON.stringify(signer)}`)
      case 'status': {
        const signed = ({ status }: Partial<CertificateSigningRequest> = {}): unknown => [
          status?.certificate ?? '',
          status?.conditions ?? [],
        ]
        return isDeepStrictEqual(signed(next), signed(before)) || mayForSigner(authorize, user, 'sign', signer)
          ? undefined
          : forbidden(`user not permitted to sign requests with signerName ${JSON.stringify(signer)}`)
      }
      default:
        return undefined
    }
  }

const clientSigner = 'kubernetes.io/kube-apiserver-client'

const subjectFault = ({ spec }: CertificateSigningRequest): string | undefined => {
  if (spec.signerName !== clientSigner) return undefined
  const subject = subjectOf(spec.request)
  if (!subject) return 'failed to parse CSR: PEM block type must be CERTIFICATE REQUEST'
  return subject.organizations.includes('system:masters')
    ? `use of ${clientSigner} signer with system:masters group is not allowed`
    : undefined
}
