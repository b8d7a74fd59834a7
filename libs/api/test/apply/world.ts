import { schema, serverSideApply } from '../../src/index.ts'
import type { FieldOwner, Ownership, OwnershipContext } from '../../src/index.ts'

const { boolean, int32, list, map, optional, rawAny, string, struct } = schema

const Port = struct('Port', {
  port: optional(1, int32),
  protocol: optional(2, string, { default: 'TCP' }),
  name: optional(3, string),
})
const Container = struct('Container', {
  name: optional(1, string),
  image: optional(2, string),
  args: optional(3, list(string)),
  ports: optional(4, list(Port), { listType: 'map', keys: ['port', 'protocol'] }),
})
const Reference = struct('Reference', { kind: optional(1, string), name: optional(2, string) }, { atomic: true })

/** A type with everything that merges in its own way. */
export const Thing = struct('Thing', {
  apiVersion: optional(undefined, string),
  kind: optional(undefined, string),
  metadata: optional(1, struct('Meta', { name: optional(1, string), labels: optional(2, map(string)) })),
  replicas: optional(2, int32),
  paused: optional(3, boolean),
  containers: optional(4, list(Container), { mergeKey: 'name', patch: 'merge' }),
  tags: optional(5, list(string), { listType: 'set' }),
  order: optional(6, list(string)),
  target: optional(7, Reference),
  free: optional(8, rawAny),
  status: optional(9, struct('Status', { ready: optional(1, int32) })),
})

/** The present of the tests. */
export const now = '2026-01-02T03:04:05Z'

export const context: OwnershipContext = {
  type: serverSideApply.mergeTypeOf(Thing),
  ignored: { 'f:status': {} },
  inVersion: (object, apiVersion) =>
    apiVersion === 'gone/v1' ? undefined : { object, type: serverSideApply.mergeTypeOf(Thing) },
  isDescribed: false,
  now,
}

export const owner = (manager: string, operation: 'Apply' | 'Update' = 'Apply'): FieldOwner => ({
  manager,
  operation,
  apiVersion: 'test/v1',
  subresource: '',
})

/** Who owns what, as text. */
export const ownedBy = (owners: readonly Ownership[]): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    owners
      .map(({ manager, operation, fields }) => {
        const name = operation === 'Apply' ? manager : `${manager} (updates)`
        return [name, serverSideApply.pathsOf(fields).map(path => path.join(' '))] as const
      })
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
