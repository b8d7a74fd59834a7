import { ObjectMeta, schema } from '@periplus/api'
import type { Column, Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'
import { orNone } from '../../describe/text.ts'
import { immutable } from '../../validation/values.ts'
import { ipAddressErrors } from './service-addresses-validation.ts'

const { optional, required, string, struct } = schema
const pkg = 'io.k8s.api.networking.v1'

export const ParentReference = struct(`${pkg}.ParentReference`, {
  group: optional(1, string),
  name: required(4, string),
  namespace: optional(3, string),
  resource: required(2, string),
})
export interface ParentReference extends TypeOf<typeof ParentReference> {}

export const IPAddressSpec = struct(`${pkg}.IPAddressSpec`, {
  parentRef: required(1, ParentReference),
})
export interface IPAddressSpec extends TypeOf<typeof IPAddressSpec> {}

export const IPAddressSchema = struct(`${pkg}.IPAddress`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, IPAddressSpec),
})
export interface IPAddress extends TypeOf<typeof IPAddressSchema> {}

const columns: readonly Column<IPAddress>[] = [
  nameColumn,
  column('ParentRef', 'What has the address.', ({ spec }) => {
    const { group, resource, namespace, name } = spec?.parentRef ?? {}
    return orNone([group ? `${resource}.${group}` : resource, namespace, name].filter(Boolean).join('/'))
  }),
  ageColumn,
]

export const IPAddress: Kind<IPAddress> = defineKind<IPAddress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IPAddress',
  resource: 'ipaddresses',
  shortNames: ['ip'],
  namespaced: false,
  schema: IPAddressSchema,
  validate: ipAddressErrors,
  validateUpdate: (next, previous) => immutable('spec.parentRef', next.spec.parentRef, previous.spec.parentRef),
  columns,
})
