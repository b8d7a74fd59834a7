import type { Column, Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { ageColumn, column, nameColumn } from '../../../describe/columns.ts'
import { EndpointsSchema } from './schema.ts'
import type { Endpoints as Shape } from './schema.ts'
import { endpointsErrors, endpointsWarnings } from './validation.ts'

export interface Endpoints extends Shape {}

const shownEndpoints = 3

const endpointsOf = ({ subsets }: Endpoints): string => {
  if ((subsets ?? []).length === 0) return '<none>'
  const all = (subsets ?? []).flatMap(({ addresses = [], ports }) =>
    ports === undefined || ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) =>
          addresses.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)),
        ),
  )
  const text = all.slice(0, shownEndpoints).join(',')
  return all.length > shownEndpoints ? `${text} + ${all.length - shownEndpoints} more...` : text
}

const columns: readonly Column<Endpoints>[] = [
  nameColumn,
  column('Endpoints', 'Addresses and ports that are ready.', endpointsOf),
  ageColumn,
]

export const Endpoints: Kind<Endpoints> = defineKind({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  resource: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  schema: EndpointsSchema,
  validate: endpointsErrors,
  warnings: endpointsWarnings,
  columns,
})
