import { ObjectMeta, schema } from '@periplus/api'
import type { Column, Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'

const { boolean, int32, optional, string, struct } = schema

export const PriorityClassSchema = struct('io.k8s.api.scheduling.v1.PriorityClass', {
  ...typeMeta,
  description: optional(4, string),
  globalDefault: optional(3, boolean),
  metadata: optional(1, ObjectMeta),
  preemptionPolicy: optional(5, string, { default: 'PreemptLowerPriority' }),
  value: optional(2, int32),
})
export interface PriorityClass extends TypeOf<typeof PriorityClassSchema> {}

const columns: readonly Column<PriorityClass>[] = [
  nameColumn,
  column('Value', 'The priority; higher goes first.', ({ value }) => value ?? 0, 'integer'),
  column(
    'Global-Default',
    'Whether pods that name no class have it.',
    ({ globalDefault }) => globalDefault ?? false,
    'boolean',
  ),
  ageColumn,
  column(
    'PreemptionPolicy',
    'Whether its pods may push others out.',
    ({ preemptionPolicy }) => preemptionPolicy ?? 'PreemptLowerPriority',
  ),
]

export const PriorityClass: Kind<PriorityClass> = defineKind({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  resource: 'priorityclasses',
  shortNames: ['pc'],
  namespaced: false,
  schema: PriorityClassSchema,
  columns,
})
