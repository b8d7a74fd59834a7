import type { Kind } from '@periplus/api'
import { defineKind, subresource } from '../../../describe/define-kind.ts'
import { PodSchema } from './schema.ts'
import { podColumns } from './columns.ts'
import type { Pod as Shape } from './schema.ts'
import { podDefaults } from './defaults.ts'
import { podSelectableFields } from './fields.ts'
import { preparePodForCreate, preparePodStatus } from './prepare.ts'
import { podResizeErrors } from './resize-validation.ts'
import { podCreateErrors, podErrors } from './validation.ts'
import { podStatusErrors } from './status-validation.ts'
import { podStatusWarnings } from '../warnings/pod-status.ts'
import { podUpdateErrors } from './update-validation.ts'
import { podWarnings } from '../warnings/pod-spec.ts'
import { hostnameWarnings } from '../warnings/workloads.ts'

export interface Pod extends Shape {}

export const Pod: Kind<Pod> = defineKind({
  group: '',
  version: 'v1',
  kind: 'Pod',
  resource: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  schema: PodSchema,
  hasStatus: true,
  subresources: [
    subresource('attach', { group: '', version: 'v1', kind: 'PodAttachOptions' }, ['create', 'get']),
    subresource('binding', { group: '', version: 'v1', kind: 'Binding' }, ['create']),
    subresource('ephemeralcontainers', { group: '', version: 'v1', kind: 'Pod' }, ['get', 'patch', 'update']),
    subresource('eviction', { group: 'policy', version: 'v1', kind: 'Eviction' }, ['create']),
    subresource('exec', { group: '', version: 'v1', kind: 'PodExecOptions' }, ['create', 'get']),
    subresource('log', { group: '', version: 'v1', kind: 'Pod' }, ['get']),
    subresource('portforward', { group: '', version: 'v1', kind: 'PodPortForwardOptions' }, ['create', 'get']),
    subresource('proxy', { group: '', version: 'v1', kind: 'PodProxyOptions' }, [
      'create',
      'delete',
      'get',
      'patch',
      'update',
    ]),
    subresource('resize', { group: '', version: 'v1', kind: 'Pod' }, ['get', 'patch', 'update']),
  ],
  generationOf: object => object.spec,
  columns: podColumns,
  selectableFields: podSelectableFields,
  defaults: podDefaults,
  prepareForCreate: preparePodForCreate,
  prepareForStatusUpdate: preparePodStatus,
  // A negative grace was once taken for "at once", and means the least there is.
  graceSeconds: ({ spec }) => {
    const wanted = Number(spec?.terminationGracePeriodSeconds ?? 30)
    return wanted < 0 ? 1 : wanted
  },
  validateInSteps: podErrors,
  validateCreate: podCreateErrors,
  // People don't write to pods that exist.
  warnings: (next, previous) =>
    previous ? [] : [...hostnameWarnings(next), ...podWarnings('', next.metadata, next.spec)],
  validateUpdate: podUpdateErrors,
  validateStatusUpdate: podStatusErrors,
  statusWarnings: podStatusWarnings,
  validateResize: podResizeErrors,
})
