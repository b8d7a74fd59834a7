import { ageOf } from '@periplus/api'
import type { Cell, Column, KubernetesObject } from '@periplus/api'

/** A column that is always shown. */
export const column = <A>(
  name: string,
  description: string,
  of: (object: A, now: number) => Cell,
  type: Column<A>['type'] = 'string',
): Column<A> => ({ name, type, description, priority: 0, of })

/** A column of `-o wide`. */
export const wideColumn = <A>(
  name: string,
  description: string,
  of: (object: A, now: number) => Cell,
  type: Column<A>['type'] = 'string',
): Column<A> => ({ ...column(name, description, of, type), priority: 1 })

/** The object's name, the first column of every table. */
export const nameColumn: Column<KubernetesObject> = {
  ...column('Name', 'Unique within its namespace; chosen at creation and never changed.', object => nameOf(object)),
  format: 'name',
}

/** The time since the object was accepted. */
export const ageColumn: Column<KubernetesObject> = column('Age', 'Time since the object was accepted.', (object, now) =>
  ageOf(object.metadata?.creationTimestamp, now),
)

const createdAtColumn: Column<KubernetesObject> = column(
  'Created At',
  'When the object was accepted, in UTC.',
  object => object.metadata?.creationTimestamp ?? '<unknown>',
  'date',
)

/** The table of kinds that have no printer of their own. */
export const nameAndCreation: readonly Column<KubernetesObject>[] = [nameColumn, createdAtColumn]

const nameOf = (object: KubernetesObject): string => object.metadata?.name ?? ''
