import { fieldError, isDns1123Subdomain } from '@periplus/api'
import type { Column, FieldError, Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { ageColumn, column, nameColumn } from '../../../describe/columns.ts'
import { loadBalancerErrors, loadBalancerWarnings } from '../../../validation/load-balancer-status.ts'
import { each, obeys } from '../../../validation/values.ts'
import {
  ingressBackendErrors,
  ingressHostErrors,
  ingressPathErrors,
  tlsHostErrors,
} from '../ingress-path-validation.ts'
import { IngressSchema } from './schema.ts'
import type { Ingress as Shape } from './schema.ts'

export interface Ingress extends Shape {}

const shownHosts = 3

const hostsOf = ({ spec }: Ingress): string => {
  const hosts = (spec?.rules ?? []).flatMap(({ host }) => (host ? [host] : []))
  const text = hosts.slice(0, shownHosts).join(',')
  return hosts.length > shownHosts ? `${text} + ${hosts.length - shownHosts} more...` : text === '' ? '*' : text
}

const addressesOf = ({ status }: Ingress): string =>
  [...new Set((status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip || hostname || []))]
    .toSorted()
    .join(',')

const columns: readonly Column<Ingress>[] = [
  nameColumn,
  column('Class', 'Class of controller that serves it.', ({ spec }) => spec?.ingressClassName ?? '<none>'),
  column('Hosts', 'Hosts that it answers for.', hostsOf),
  column('Address', 'Where it can be reached.', addressesOf),
  column('Ports', 'Ports that it listens on.', ({ spec }) => ((spec?.tls?.length ?? 0) > 0 ? '80, 443' : '80')),
  ageColumn,
]

const validate = ({ spec }: Ingress): readonly FieldError[] => [
  ...((spec?.rules?.length ?? 0) === 0 && !spec?.defaultBackend
    ? [fieldError.invalid('spec', spec?.rules ?? [], 'either `defaultBackend` or `rules` must be specified')]
    : []),
  ...(spec?.defaultBackend ? ingressBackendErrors('spec.defaultBackend', spec.defaultBackend) : []),
  ...each('spec.rules', spec?.rules, ({ host, http }, at) => [
    ...ingressHostErrors(`${at}.host`, host),
    ...(http && http.paths.length === 0 ? [fieldError.required(`${at}.http.paths`)] : []),
    ...each(`${at}.http.paths`, http?.paths, (path, pathAt) => [
      ...ingressPathErrors(pathAt, path),
      ...ingressBackendErrors(`${pathAt}.backend`, path.backend),
    ]),
  ]),
  ...each('spec.tls', spec?.tls, ({ hosts, secretName }, at) => [
    ...each(`${at}.hosts`, hosts, (host, i) => tlsHostErrors(i, host)),
    ...obeys(`${at}.secretName`, secretName, isDns1123Subdomain),
  ]),
  ...(spec?.ingressClassName === undefined
    ? []
    : isDns1123Subdomain(spec.ingressClassName).map(complaint =>
        fieldError.invalid('spec.ingressClassName', spec.ingressClassName, complaint),
      )),
]

export const Ingress: Kind<Ingress> = defineKind<Ingress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  resource: 'ingresses',
  shortNames: ['ing'],
  namespaced: true,
  schema: IngressSchema,
  hasStatus: true,
  generationOf: object => object.spec,
  columns,
  prepareForCreate: object => ({ ...object, status: { loadBalancer: {} } }),
  validate,
  validateStatusUpdate: loadBalancerErrors,
  statusWarnings: loadBalancerWarnings,
})
