import type { Kind } from '@periplus/api'
import { serviceWarnings } from './warnings.ts'
import { defineKind, subresource } from '../../../describe/define-kind.ts'
import { ServiceSchema } from './schema.ts'
import { serviceColumns } from './columns.ts'
import type { Service as Shape } from './schema.ts'
import { serviceDefaults } from './defaults.ts'
import { prepareServiceForUpdate } from './prepare.ts'
import { loadBalancerWarnings } from '../../../validation/load-balancer-status.ts'
import { serviceStatusErrors } from './status-validation.ts'
import { serviceErrors, serviceUpdateErrors } from './validation.ts'

export interface Service extends Shape {}

export const Service: Kind<Service> = defineKind<Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  resource: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  schema: ServiceSchema,
  hasStatus: true,
  subresources: [
    subresource('proxy', { group: '', version: 'v1', kind: 'ServiceProxyOptions' }, [
      'create',
      'delete',
      'get',
      'patch',
      'update',
    ]),
  ],
  columns: serviceColumns,
  defaults: serviceDefaults,
  prepareForCreate: object => ({ ...object, status: { loadBalancer: {} } }),
  prepareForUpdate: prepareServiceForUpdate,
  selectableFields: {
    'spec.clusterIP': ({ spec }) => spec?.clusterIP ?? '',
    'spec.type': ({ spec }) => spec?.type ?? '',
  },
  validate: serviceErrors,
  warnings: serviceWarnings,
  validateUpdate: serviceUpdateErrors,
  validateStatusUpdate: serviceStatusErrors,
  statusWarnings: loadBalancerWarnings,
})
