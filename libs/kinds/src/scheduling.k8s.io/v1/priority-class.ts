import { own } from '@periplus/prelude'
import { ObjectMeta, fieldError, schema } from '@periplus/api'
import type { Column, FieldError, Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'
import { immutable, requiredOneOf } from '../../validation/values.ts'

const { boolean, int32, optional, string, struct } = schema

export const PriorityClassSchema = struct(
  'io.k8s.api.scheduling.v1.PriorityClass',
  {
    ...typeMeta,
    description: optional(4, string),
    globalDefault: optional(3, boolean),
    metadata: optional(1, ObjectMeta),
    preemptionPolicy: optional(5, string, { default: 'PreemptLowerPriority' }),
    value: optional(2, int32),
  },
  { doc: 'A name for a priority.' },
)
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

/** What users may not go above: the rest is for what the cluster itself needs. */
const highestForUsers = 1_000_000_000

const systemPriorities: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
}

const validate = ({ metadata, value = 0, preemptionPolicy }: PriorityClass): readonly FieldError[] => {
  const name = metadata?.name ?? ''
  const known = own(systemPriorities, name)
  return [
    ...(name.startsWith('system-') && known === undefined
      ? [
          fieldError.forbidden(
            'metadata.name',
            `priority class names with 'system-' prefix are reserved for system use only. error: ${name} is not a known system priority class`,
          ),
        ]
      : []),
    ...(known === undefined && value > highestForUsers
      ? [fieldError.forbidden('value', `maximum allowed value of a user defined priority is ${highestForUsers}`)]
      : []),
    ...requiredOneOf('preemptionPolicy', preemptionPolicy ?? 'PreemptLowerPriority', ['PreemptLowerPriority', 'Never']),
  ]
}

export const PriorityClass: Kind<PriorityClass> = defineKind({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  resource: 'priorityclasses',
  shortNames: ['pc'],
  namespaced: false,
  schema: PriorityClassSchema,
  // There is one, as nothing that counts can change.
  generationOf: () => undefined,
  columns,
  defaults: object => ({ ...object, value: object.value ?? 0 }),
  validateCreate: validate,
  validateUpdate: (next, previous) => [
    ...(next.value === previous.value ? [] : [fieldError.forbidden('value', 'may not be changed in an update.')]),
    ...immutable('preemptionPolicy', next.preemptionPolicy, previous.preemptionPolicy),
  ],
})
