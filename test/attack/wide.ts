import { applyDefaults, shapeOf } from '@periplus/api'
import type { Kind, KubernetesObject, Schema, Stored } from '@periplus/api'
import { builtinKinds } from '@periplus/kinds'
import { plainObjects } from './extreme/objects.ts'

/**
 * Every list and map of every built-in kind with as many elements as a body may have: what looks at each element once for each other one
 * takes seconds. Names what takes more than `MOST` milliseconds, of `KIND` alone where one is given.
 */
const most = Number(process.env['MOST'] ?? 250)
const only = process.env['KIND']

type Json = Record<string, unknown>
type Step = string | 0

/** Elements are told apart by their number in every text and number that they have. */
const element = (schema: Schema<unknown>, at: number, depth: number): unknown => {
  const shape = shapeOf(schema)
  switch (shape.tag) {
    case 'scalar':
      switch (shape.scalar) {
        case 'boolean':
          return true
        case 'int32':
        case 'int64':
          return at + 1
        case 'quantity':
        case 'int-or-string':
          return String(at)
        case 'time':
        case 'micro-time':
          return '2025-01-01T00:00:00Z'
        default:
          return `x${at}`
      }
    case 'list':
      return depth <= 0 ? [] : [element(shape.of, at, depth - 1)]
    case 'map':
      return depth <= 0 ? {} : { [`k${at}`]: element(shape.of, at, depth - 1) }
    case 'struct':
      return Object.fromEntries(
        Object.entries(shape.fields)
          .filter(([, { required }]) => required || depth > 0)
          .slice(0, 12)
          .map(([name, field]) => [name, element(field.schema, at, depth - 1)]),
      )
  }
}

const copies = (schema: Schema<unknown>, count: number, depth: number): unknown => {
  const shape = shapeOf(schema)
  if (shape.tag === 'list') return Array.from({ length: count }, (_, at) => element(shape.of, at, depth))
  if (shape.tag === 'map')
    return Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, element(shape.of, at, depth)]))
  return undefined
}

/** All lists and maps, as paths; a struct is gone into once on its way. */
const places = (
  schema: Schema<unknown>,
  path: readonly Step[] = [],
  seen: readonly unknown[] = [],
): [readonly Step[], Schema<unknown>][] => {
  const shape = shapeOf(schema)
  if (seen.includes(shape)) return []
  switch (shape.tag) {
    case 'scalar':
      return []
    case 'list':
      return [[path, schema], ...places(shape.of, [...path, 0], seen)]
    case 'map':
      return [[path, schema], ...places(shape.of, [...path, 'k'], seen)]
    case 'struct':
      return Object.entries(shape.fields).flatMap(([name, field]) =>
        places(field.schema, [...path, name], [...seen, shape]),
      )
  }
}

/** The object with `value` at the path; what is missing on the way is made. */
const withAt = (object: unknown, path: readonly Step[], value: unknown): unknown => {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (step === 0) {
    const list = Array.isArray(object) ? object : []
    return [withAt(list[0], rest, value), ...list.slice(1)]
  }
  const members = (typeof object === 'object' && object !== null ? object : {}) as Json
  return { ...members, [step]: withAt(members[step], rest, value) }
}

/** In milliseconds of CPU, garbage collection included. */
const timed = (work: () => unknown): number => {
  const begun = process.cpuUsage()
  try {
    work()
  } catch {
    // An element without what its schema has: it is no object that could come.
  }
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / 1000
}

const steps: Readonly<Record<string, (kind: Kind, object: KubernetesObject) => unknown>> = {
  'static defaults': (kind, object) => applyDefaults(kind.schema, object),
  defaults: (kind, object) => kind.defaults?.(object),
  validate: (kind, object) => kind.validate?.(object),
  'validate an update': (kind, object) =>
    kind.validateUpdate?.(object, structuredClone(object) as Stored<KubernetesObject>),
  'validate a status': (kind, object) =>
    kind.validateStatusUpdate?.(object, structuredClone(object) as Stored<KubernetesObject>),
  warnings: (kind, object) => kind.warnings?.(object, structuredClone(object) as Stored<KubernetesObject>),
  columns: (kind, object) => kind.columns.map(column => column.of(object as never, 0)),
  fields: (kind, object) => Object.values(kind.selectableFields).map(read => read(object as never)),
}

let looked = 0
for (const kind of builtinKinds) {
  if (only !== undefined && kind.kind !== only) continue
  const plain = plainObjects.find(one => one.kind === kind.kind) ?? {
    apiVersion: 'x',
    kind: kind.kind,
    metadata: { name: 'x' },
  }
  for (const [path, schema] of places(kind.schema))
    for (const depth of [0, 1]) {
      looked++
      const object = withAt(plain, path, copies(schema, depth === 0 ? 16_000 : 5_000, depth)) as KubernetesObject
      for (const [name, step] of Object.entries(steps)) {
        const took = timed(() => step(kind, object))
        if (took > most)
          console.log(
            `${kind.group}/${kind.version} ${kind.kind} ${path.join('.')} (${depth}): ${name} took ${took.toFixed(0)} ms`,
          )
      }
    }
}
console.log(`wide: ${looked} lists and maps`)
