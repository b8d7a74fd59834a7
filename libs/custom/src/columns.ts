import { humanDuration, structural } from '@periplus/api'
import type { Cell, Column, KubernetesObject } from '@periplus/api'
import { ageColumn, nameColumn } from '@periplus/kinds'
import type { CustomResourceColumnDefinition, CustomResourceDefinitionVersion } from '@periplus/kinds'

type Show = (value: unknown, now: number) => Cell

const shows: Readonly<Record<Column<KubernetesObject>['type'], Show>> = {
  boolean: value => (typeof value === 'boolean' ? value : null),
  integer: value => (typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null),
  number: value => (typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null),
  string: value => (typeof value === 'object' && value !== null ? JSON.stringify(value, exact) : String(value)),
  date: (value, now) => {
    const at = typeof value === 'string' ? Date.parse(value) : NaN
    return Number.isNaN(at) ? '<invalid>' : humanDuration(now - at)
  },
}

const exact = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)

/** The columns of `kubectl get`: the name, and those of the definition, or the age. */
export const columnsOf = ({
  additionalPrinterColumns = [],
}: CustomResourceDefinitionVersion): readonly Column<KubernetesObject>[] => [
  nameColumn,
  ...(additionalPrinterColumns.length === 0 ? [ageColumn] : additionalPrinterColumns.map(columnOf)),
]

const columnOf = (definition: CustomResourceColumnDefinition): Column<KubernetesObject> => {
  const { name, jsonPath, priority = 0, description = '', format } = definition
  const type = definition.type as Column<KubernetesObject>['type']
  const path = structural.jsonPath(jsonPath)
  const what = `Custom resource definition column (in JSONPath format): ${jsonPath}`
  return {
    name,
    type,
    description: description || what,
    priority,
    ...(format === undefined ? {} : { format }),
    of: (object, now) => {
      const [value] = path?.find(object) ?? []
      return value === undefined || value === null ? null : shows[type](value, now)
    },
  }
}
