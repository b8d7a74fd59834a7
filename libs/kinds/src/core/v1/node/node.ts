import type { Kind } from '@periplus/api'
import { defineKind, subresource } from '../../../describe/define-kind.ts'
import { NodeSchema } from './schema.ts'
import { nodeColumns } from './columns.ts'
import type { Node as Shape } from './schema.ts'
import { nodeDefaults } from './defaults.ts'
import { nodeStatusErrors } from './status-validation.ts'
import { nodeErrors, nodeUpdateErrors, nodeWarnings, withoutConfigSource, withoutFeatures } from './validation.ts'
import { withoutUndefined } from '../../../describe/without-undefined.ts'

export interface Node extends Shape {}

export const Node: Kind<Node> = defineKind({
  group: '',
  version: 'v1',
  kind: 'Node',
  resource: 'nodes',
  shortNames: ['no'],
  namespaced: false,
  schema: NodeSchema,
  hasStatus: true,
  subresources: [
    subresource('proxy', { group: '', version: 'v1', kind: 'NodeProxyOptions' }, [
      'create',
      'delete',
      'get',
      'patch',
      'update',
    ]),
  ],
  columns: nodeColumns,
  defaults: nodeDefaults,
  // An agent registers its node with the status that it has.
  prepareForCreate: object => withoutFeatures(withoutConfigSource(object)),
  prepareForUpdate: (next, previous) => withoutConfigSource(next, previous),
  selectableFields: { 'spec.unschedulable': ({ spec }) => String(spec?.unschedulable ?? false) },
  validate: nodeErrors,
  warnings: nodeWarnings,
  validateUpdate: nodeUpdateErrors,
  // Kubelets are no longer set by ConfigMaps: only one that says so already may go on.
  prepareForStatusUpdate: (next, { status }) =>
    status?.config ? next : { ...next, status: withoutUndefined({ ...next.status, config: undefined }) },
  validateStatusUpdate: nodeStatusErrors,
})
