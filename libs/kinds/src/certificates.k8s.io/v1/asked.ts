import { fieldError } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { signerNameErrors } from '../../validation/signer-name.ts'
import type { CertificateSigningRequest } from './schema.ts'

const { duplicate, invalid, notSupported, required } = fieldError

/** What a certificate may be used for, in Kubernetes' words. */
const knownUsages: readonly string[] = [
  ...['any', 'cert sign', 'client auth', 'code signing', 'content commitment', 'crl sign', 'data encipherment'],
  ...['decipher only', 'digital signature', 'email protection', 'encipher only', 'ipsec end system', 'ipsec tunnel'],
  ...['ipsec user', 'key agreement', 'key encipherment', 'microsoft sgc', 'netscape sgc', 'ocsp signing', 's/mime'],
  ...['server auth', 'signing', 'timestamping'],
]

const leastSeconds = 600

/** What is wrong with what a request asks for. The request itself is looked at by those who can read it. */
export const askedErrors = ({ spec }: CertificateSigningRequest): readonly FieldError[] => {
  const { usages = [], signerName, expirationSeconds } = spec
  return [
    ...(usages.length === 0 ? [required('spec.usages')] : []),
    ...usages.flatMap((usage, i) =>
      knownUsages.includes(usage) ? [] : [notSupported(`spec.usages[${i}]`, usage, knownUsages)],
    ),
    ...usages.flatMap((usage, i) => (usages.indexOf(usage) < i ? [duplicate(`spec.usages[${i}]`, usage)] : [])),
    ...(signerName === 'kubernetes.io/legacy-unknown'
      ? [invalid('spec.signerName', signerName, 'the legacy signerName is not allowed via this API version')]
      : signerNameErrors('spec.signerName', signerName)),
    ...(expirationSeconds !== undefined && expirationSeconds < leastSeconds
      ? [
          invalid(
            'spec.expirationSeconds',
            expirationSeconds,
            `may not specify a duration less than ${leastSeconds} seconds`,
          ),
        ]
      : []),
  ]
}
