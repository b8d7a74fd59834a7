import type { Column, Kind } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { CSINodeSchema } from './csi-node-schema.ts'
import type { CSINode as Shape } from './csi-node-schema.ts'
import { csiNodeErrors, csiNodeUpdateErrors } from './csi-node-validation.ts'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'

export interface CSINode extends Shape {}

const columns: readonly Column<CSINode>[] = [
  nameColumn,
  column('Drivers', 'Number of drivers on the node.', ({ spec }) => spec.drivers.length, 'integer'),
  ageColumn,
]

export const CSINode: Kind<CSINode> = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  resource: 'csinodes',
  namespaced: false,
  schema: CSINodeSchema,
  columns,
  validate: csiNodeErrors,
  validateUpdate: csiNodeUpdateErrors,
})
