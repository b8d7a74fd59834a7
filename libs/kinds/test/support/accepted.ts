import assert from 'node:assert/strict'
import { applyDefaults } from '@periplus/api'
import type { Cell, FieldError, Kind, KubernetesObject } from '@periplus/api'

/** An object as the write path leaves it at creation: prepared, then completed with static and dependent defaults. */
export const created = <A extends KubernetesObject>(kind: Kind<A>, object: A): A => {
  const prepared = kind.prepareForCreate ? kind.prepareForCreate(object) : object
  return defaulted(kind, prepared)
}

/** Completed; completing again must change nothing, since defaults run once more after admission and on every update. */
export const defaulted = <A extends KubernetesObject>(kind: Kind<A>, object: A): A => {
  const once = completed(kind, object)
  assert.deepEqual(completed(kind, once), once)
  return once
}

const completed = <A extends KubernetesObject>(kind: Kind<A>, object: A): A => {
  const complete = applyDefaults(kind.schema, object)
  return kind.defaults ? kind.defaults(complete) : complete
}

/** Broken rules as people read them: `field: message`. */
export const complaints = (errors: readonly FieldError[] | undefined): readonly string[] =>
  (errors ?? []).map(({ field, message }) => `${field}: ${message}`)

/** What creation of the object is refused for. */
export const refusedFor = <A extends KubernetesObject>(kind: Kind<A>, object: A): readonly string[] => {
  const whole = created(kind, object)
  return complaints([...(kind.validate?.(whole) ?? []), ...(kind.validateCreate?.(whole) ?? [])])
}

/** What an update is refused for. */
export const updateRefusedFor = <A extends KubernetesObject>(
  kind: Kind<A>,
  next: A,
  previous: A,
): readonly string[] => {
  const before = created(kind, previous)
  const prepared = kind.prepareForUpdate ? kind.prepareForUpdate(next, before) : next
  const after = defaulted(kind, prepared)
  return complaints([...(kind.validate?.(after, before) ?? []), ...(kind.validateUpdate?.(after, before) ?? [])])
}

/** The cells of a row, by column name; those of `-o wide` too. */
export const row = <A extends KubernetesObject>(
  kind: Kind<A>,
  object: A,
  now = Date.parse('2026-01-02T03:04:05Z'),
): Readonly<Record<string, Cell>> =>
  Object.fromEntries(kind.columns.map(column => [column.name, column.of(object, now)]))
