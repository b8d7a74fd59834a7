import { ObjectMeta, schema } from '@periplus/api'
import type { Column, Kind, TypeOf } from '@periplus/api'
import { defineKind, subresource } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { LocalObjectReference, ObjectReference } from './references.ts'
import { ageColumn, nameColumn } from '../../describe/columns.ts'

const { boolean, list, optional, struct } = schema

export const ServiceAccountSchema = struct(
  'io.k8s.api.core.v1.ServiceAccount',
  {
    ...typeMeta,
    automountServiceAccountToken: optional(4, boolean),
    imagePullSecrets: optional(3, list(LocalObjectReference), {
      listType: 'atomic',
      doc: 'Secrets that its pods pull images with.',
    }),
    metadata: optional(1, ObjectMeta),
    secrets: optional(2, list(ObjectReference), {
      listType: 'map',
      keys: ['name'],
      mergeKey: 'name',
      patch: 'merge',
      doc: 'Secrets that its pods may mount.',
    }),
  },
  { doc: 'An identity for pods.' },
)
export interface ServiceAccount extends TypeOf<typeof ServiceAccountSchema> {}

const columns: readonly Column<ServiceAccount>[] = [nameColumn, ageColumn]

/** Its secrets are those of its own namespace: nothing is said of them but their names. */
const withNamesOnly = (account: ServiceAccount): ServiceAccount =>
  account.secrets ? { ...account, secrets: account.secrets.map(({ name }) => ({ ...(name && { name }) })) } : account

export const ServiceAccount: Kind<ServiceAccount> = defineKind({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  resource: 'serviceaccounts',
  shortNames: ['sa'],
  namespaced: true,
  schema: ServiceAccountSchema,
  subresources: [
    subresource('token', { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' }, ['create']),
  ],
  columns,
  prepareForCreate: withNamesOnly,
  prepareForUpdate: withNamesOnly,
})
