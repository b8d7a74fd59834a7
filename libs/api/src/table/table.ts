import type { Column, Kind } from '../kind.ts'
import type { KubernetesObject } from '../meta/object-meta.ts'
import { ageOf } from '../time/human-duration.ts'

/** What a row carries of its object besides the cells. */
export type IncludeObject = 'None' | 'Metadata' | 'Object'

/** How a Table is made. */
export interface TableOptions {
  /** Milliseconds since the epoch: ages are told from here. */
  readonly now: number
  readonly includeObject: IncludeObject
  readonly version?: 'v1' | 'v1beta1'
  /** The list's own metadata (`resourceVersion`, `continue`, `remainingItemCount`). */
  readonly metadata?: Readonly<Record<string, unknown>>
  /** Leaves the column definitions out, as from the second event of a watch on. */
  readonly noHeaders?: boolean
}

/** A line of a Table. */
export interface TableRow {
  readonly cells: readonly unknown[]
  readonly object: unknown
}

/** `meta.k8s.io` Table, which kubectl prints as it is. */
export interface Table {
  readonly kind: 'Table'
  readonly apiVersion: string
  readonly metadata: Readonly<Record<string, unknown>>
  readonly columnDefinitions: readonly Readonly<Record<string, unknown>>[] | null
  readonly rows: readonly TableRow[]
}

const standard: readonly Column<KubernetesObject>[] = [
  {
    name: 'Name',
    type: 'string',
    format: 'name',
    description: 'Unique within its namespace; chosen at creation and never changed.',
    priority: 0,
    of: object => object.metadata?.name ?? '',
  },
  {
    name: 'Age',
    type: 'string',
    description: 'How long ago the object was created.',
    priority: 0,
    of: (object, now) => ageOf(object.metadata?.creationTimestamp, now),
  },
]

/** A kind's columns, `Name` included; kinds that declare none have name and age. */
const columnsOf = (kind: Pick<Kind, 'columns'>): readonly Column<KubernetesObject>[] =>
  kind.columns.length === 0 ? standard : kind.columns

const carried = (object: KubernetesObject, { includeObject, version = 'v1' }: TableOptions): unknown => {
  switch (includeObject) {
    case 'Object':
      return object
    case 'None':
      return null
    case 'Metadata':
      return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: object.metadata ?? {} }
  }
}

/** One row; an absent cell is `null`. */
export const tableRow = (kind: Pick<Kind, 'columns'>, object: KubernetesObject, options: TableOptions): TableRow => ({
  cells: columnsOf(kind).map(column => column.of(object, options.now)),
  object: carried(object, options),
})

/** Objects of one kind as a table, rows in the order of the objects. */
export const tableOf = (
  kind: Pick<Kind, 'columns'>,
  objects: readonly KubernetesObject[],
  options: TableOptions,
): Table => ({
  kind: 'Table',
  apiVersion: `meta.k8s.io/${options.version ?? 'v1'}`,
  metadata: options.metadata ?? {},
  columnDefinitions: options.noHeaders
    ? null
    : columnsOf(kind).map(({ name, type, format = '', description, priority }) => ({
        name,
        type,
        format,
        description,
        priority,
      })),
  rows: objects.map(object => tableRow(kind, object, options)),
})
