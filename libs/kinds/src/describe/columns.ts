import type { Column, KubernetesObject } from '@periplus/api'

/** The object's name, the first column of every table. */
export const nameColumn: Column<KubernetesObject> = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Unique within its namespace; chosen at creation and never changed.',
  priority: 0,
  of: object => object.metadata?.name ?? '',
}

const createdAtColumn: Column<KubernetesObject> = {
  name: 'Created At',
  type: 'date',
  description: 'When the object was accepted, in UTC.',
  priority: 0,
  of: object => object.metadata?.creationTimestamp ?? '<unknown>',
}

/** The table of kinds that have no printer of their own. */
export const nameAndCreation: readonly Column<KubernetesObject>[] = [nameColumn, createdAtColumn]
