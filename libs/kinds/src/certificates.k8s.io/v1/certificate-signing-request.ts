import { ObjectMeta, humanDuration, schema } from '@periplus/api'
import type { Column, Kind, TypeOf } from '@periplus/api'
import { defineKind, subresource } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'

const { bytes, int32, list, map, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.api.certificates.v1'

export const CertificateSigningRequestCondition = struct(`${pkg}.CertificateSigningRequestCondition`, {
  lastTransitionTime: optional(5, time),
  lastUpdateTime: optional(4, time),
  message: optional(3, string),
  reason: optional(2, string),
  status: required(6, string),
  type: required(1, string),
})
export interface CertificateSigningRequestCondition extends TypeOf<typeof CertificateSigningRequestCondition> {}

export const CertificateSigningRequestSpec = struct(`${pkg}.CertificateSigningRequestSpec`, {
  expirationSeconds: optional(8, int32),
  extra: optional(6, map(list(string))),
  groups: optional(4, list(string), { listType: 'atomic' }),
  request: required(1, bytes),
  signerName: required(7, string),
  uid: optional(3, string),
  usages: optional(5, list(string), { listType: 'atomic' }),
  username: optional(2, string),
})
export interface CertificateSigningRequestSpec extends TypeOf<typeof CertificateSigningRequestSpec> {}

export const CertificateSigningRequestStatus = struct(`${pkg}.CertificateSigningRequestStatus`, {
  certificate: optional(2, bytes),
  conditions: optional(1, list(CertificateSigningRequestCondition), { listType: 'map', keys: ['type'] }),
})
export interface CertificateSigningRequestStatus extends TypeOf<typeof CertificateSigningRequestStatus> {}

export const CertificateSigningRequestSchema = struct(`${pkg}.CertificateSigningRequest`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, CertificateSigningRequestSpec),
  status: optional(3, CertificateSigningRequestStatus),
})
export interface CertificateSigningRequest extends TypeOf<typeof CertificateSigningRequestSchema> {}

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
  // What was asked for is what is approved and signed: it never changes.
  prepareForUpdate: (next, { spec }) => ({ ...next, spec }),
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
