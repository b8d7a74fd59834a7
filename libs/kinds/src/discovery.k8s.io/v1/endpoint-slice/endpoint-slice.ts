import { deepEqual, successor } from '@periplus/api'
import type { Column, Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { ageColumn, column, nameColumn } from '../../../describe/columns.ts'
import { immutable } from '../../../validation/values.ts'
import { EndpointSliceSchema } from './schema.ts'
import type { EndpointSlice as Shape } from './schema.ts'

import { endpointSliceErrors, endpointSliceWarnings } from './validation.ts'

export interface EndpointSlice extends Shape {}

const shown = 3

const few = (texts: readonly string[], none: string): string => {
  if (texts.length === 0) return none
  const text = texts.slice(0, shown).join(',')
  if (text === '') return none
  return texts.length > shown ? `${text} + ${texts.length - shown} more...` : text
}

const columns: readonly Column<EndpointSlice>[] = [
  nameColumn,
  column('AddressType', 'What its addresses are.', ({ addressType }) => addressType),
  column('Ports', 'Ports of each endpoint.', ({ ports }) =>
    few(
      (ports ?? []).map(({ port, name }) => (port === undefined ? (name ?? '*') : `${port}`)),
      '<unset>',
    ),
  ),
  column('Endpoints', 'Addresses of the endpoints, ready or not.', ({ endpoints }) =>
    few(
      (endpoints ?? []).flatMap(({ addresses }) => addresses),
      '<unset>',
    ),
  ),
  ageColumn,
]

/** What version 1 has other fields for: nobody writes it any more. */
const withoutTopology = (slice: EndpointSlice): EndpointSlice =>
  (slice.endpoints ?? []).some(({ deprecatedTopology }) => deprecatedTopology)
    ? { ...slice, endpoints: (slice.endpoints ?? []).map(({ deprecatedTopology: _, ...kept }) => kept) }
    : slice

/** Whoever writes it changes the slice, though nothing is left of that. */
const changedTopology = (next: EndpointSlice, previous: EndpointSlice): EndpointSlice => {
  const kept = withoutTopology(next)
  if (kept === next) return next
  return { ...kept, metadata: { ...kept.metadata, generation: successor(previous.metadata?.generation ?? 0) } }
}

export const EndpointSlice: Kind<EndpointSlice> = defineKind({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  resource: 'endpointslices',
  namespaced: true,
  schema: EndpointSliceSchema,
  generationOf: ({ metadata, ...rest }) => ({ ...rest, labels: metadata?.labels }),
  columns,
  prepareForCreate: withoutTopology,
  prepareForUpdate: (next, previous) =>
    deepEqual(next.endpoints, previous.endpoints) ? next : changedTopology(next, previous),
  validate: endpointSliceErrors,
  warnings: endpointSliceWarnings,
  validateUpdate: (next, previous) => immutable('addressType', next.addressType, previous.addressType),
})
