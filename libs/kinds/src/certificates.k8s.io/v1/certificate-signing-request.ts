import { humanDuration } from '@periplus/api'
import type { Column, Kind } from '@periplus/api'
import { defineKind, subresource } from '../../describe/define-kind.ts'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'
import { askedErrors } from './asked.ts'
import { CertificateSigningRequestSchema } from './schema.ts'
import type { CertificateSigningRequest as Shape } from './schema.ts'
import { approvalErrors, requestStatusErrors, withTimes, withVerdicts } from './verdict.ts'

export interface CertificateSigningRequest extends Shape {}

const conditionOf = ({ status }: CertificateSigningRequest): string => {
  const types = new Set((status?.conditions ?? []).map(({ type }) => type))
  const said = types.has('Denied') ? 'Denied' : types.has('Approved') ? 'Approved' : ''
  const parts = [said, types.has('Failed') ? 'Failed' : '', status?.certificate ? 'Issued' : ''].filter(
    text => text !== '',
  )
  return parts.length === 0 ? 'Pending' : parts.join(',')
}

const columns: readonly Column<CertificateSigningRequest>[] = [
  nameColumn,
  ageColumn,
  column('SignerName', 'Who is to sign it.', ({ spec }) => spec.signerName),
  column('Requestor', 'Who asked.', ({ spec }) => spec.username ?? ''),
  column('RequestedDuration', 'How long it should be valid.', ({ spec }) =>
    spec.expirationSeconds === undefined ? '<none>' : humanDuration(spec.expirationSeconds * 1000),
  ),
  column('Condition', 'Verdict and outcome.', conditionOf),
]

export const CertificateSigningRequest: Kind<CertificateSigningRequest> = defineKind({
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  resource: 'certificatesigningrequests',
  shortNames: ['csr'],
  namespaced: false,
  schema: CertificateSigningRequestSchema,
  hasStatus: true,
  validate: askedErrors,
  // What was asked for is what is approved and signed: it never changes.
  prepareForUpdate: (next, { spec }) => ({ ...next, spec }),
  prepareForStatusUpdate: withVerdicts,
  validateStatusUpdate: requestStatusErrors,
  approval: { prepare: withTimes, errors: approvalErrors },
  subresources: [
    subresource('approval', { group: 'certificates.k8s.io', version: 'v1', kind: 'CertificateSigningRequest' }, [
      'get',
      'patch',
      'update',
    ]),
  ],
  columns,
  selectableFields: { 'spec.signerName': ({ spec }) => spec.signerName },
})
