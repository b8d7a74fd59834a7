import type { Steps } from '@periplus/prelude'
import { groupVersion } from '../registry/group-version.ts'
import type { Scalar, Schema } from '../schema/schema.ts'
import { shapeOf, shortName } from '../schema/shape.ts'
import type { AnyField, StructShape } from '../schema/shape.ts'
import type { Json, OpenApiSources } from './sources.ts'
import { inSwaggerInSteps, isOpen } from './in-swagger.ts'
import { isRecord } from '../json/json-value.ts'

/** The two dialects: Swagger 2.0 and OpenAPI 3.0 differ in where definitions stand and in what may stand beside a `$ref`. */
export type Dialect = 'v2' | 'v3'

interface NamedScalar {
  readonly name: string
  readonly v2: Json
  readonly v3: Json
}

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1'
const dateTime = { format: 'date-time', type: 'string' }

/** Scalars that have a definition of their own. */
const namedScalars: Readonly<Partial<Record<Scalar, NamedScalar>>> = {
  quantity: {
    name: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
    v2: { type: 'string' },
    v3: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  },
  time: { name: `${meta}.Time`, v2: dateTime, v3: dateTime },
  'micro-time': { name: `${meta}.MicroTime`, v2: dateTime, v3: dateTime },
  'int-or-string': {
    name: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
    v2: { format: 'int-or-string', type: 'string' },
    v3: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  },
}

const plainScalars: Readonly<Partial<Record<Scalar, Json>>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  int32: { format: 'int32', type: 'integer' },
  int64: { format: 'int64', type: 'integer' },
  double: { format: 'double', type: 'number' },
  bytes: { format: 'byte', type: 'string' },
  'raw-object': { type: 'object' },
  'raw-any': {},
}

/** Definitions by name, collected while schemas are turned into references to them. */
export interface Definitions {
  /** The JSON schema of a value; what it refers to is defined on the way. */
  schemaOf(schema: Schema<unknown>): Json
  /** Every definition that was referred to, in the order of their names. */
  all(): Json
}

const extensions = ({ options }: AnyField): Json => ({
  ...(options.keys === undefined ? {} : { 'x-kubernetes-list-map-keys': options.keys }),
  ...(options.listType === undefined ? {} : { 'x-kubernetes-list-type': options.listType }),
  ...(options.mapType === undefined ? {} : { 'x-kubernetes-map-type': options.mapType }),
  ...(options.mergeKey === undefined ? {} : { 'x-kubernetes-patch-merge-key': options.mergeKey }),
  ...(options.patch === undefined ? {} : { 'x-kubernetes-patch-strategy': options.patch }),
})

type Rest = NonNullable<StructShape['options']['rest']>

/** Schemas that are custom kinds' own, as Swagger has them. */
export type SwaggerSchemas = ReadonlyMap<Rest, Json>

/** Those of the kinds that keep what they do not name, aside: nothing is told of them. */
export function* swaggerSchemas(kinds: OpenApiSources['kinds']): Steps<SwaggerSchemas> {
  const written = new Map<Rest, Json>()
  for (const kind of kinds) {
    const shape = shapeOf(kind.schema)
    const rest = shape.tag === 'struct' ? shape.options.rest : undefined
    const openApi = rest?.openApi
    if (rest && openApi && !isOpen(openApi)) written.set(rest, yield* inSwaggerInSteps(openApi))
  }
  return written
}

/** `gvks` tells which definitions are kinds, and which. `swagger`: where Swagger is the dialect. */
export const definitionsOf = (
  gvks: ReadonlyMap<string, readonly Json[]>,
  fieldWords: NonNullable<OpenApiSources['fieldWords']> = () => undefined,
  swagger?: SwaggerSchemas,
): Definitions => {
  const dialect: Dialect = swagger ? 'v2' : 'v3'
  const found = new Map<string, Json>()
  const home = dialect === 'v2' ? '#/definitions/' : '#/components/schemas/'

  const refer = (name: string, define: () => Json): Json => {
    if (!found.has(name)) {
      found.set(name, {})
      found.set(name, define())
    }
    return { $ref: `${home}${name}` }
  }

  const wordsOf = (struct: StructShape, name: string): string | undefined =>
    struct.name.startsWith('io.k8s.') ? fieldWords(shortName(struct), name) : undefined

  const fieldSchema = (struct: StructShape, name: string, field: AnyField): Json => {
    const described: Record<string, unknown> = { ...extensions(field) }
    // `kubectl explain` lists a field with its own words only, not with its type's.
    const doc = field.options.doc ?? docOf(field.schema) ?? wordsOf(struct, name)
    if (doc !== undefined) described.description = doc
    if (field.options.default !== undefined) described.default = field.options.default
    const schema = schemaOf(field.schema)
    if (Object.keys(described).length === 0) return schema
    // OpenAPI 3.0 ignores whatever stands beside a reference.
    return '$ref' in schema && dialect === 'v3' ? { allOf: [schema], ...described } : { ...described, ...schema }
  }

  const structSchema = (struct: StructShape): Json => {
    const required = Object.keys(struct.fields).filter(name => struct.fields[name]?.required)
    const kinds = gvks.get(struct.name)
    const { rest } = struct.options
    const openApi = rest?.openApi
    const named = kinds === undefined ? {} : { 'x-kubernetes-group-version-kind': kinds }
    // Told of a few members, kubectl takes all others for unknown.
    if (openApi && swagger && isOpen(openApi)) return { type: 'object', ...named }
    const { properties: others, ...said } = (rest && swagger?.get(rest)) ?? openApi ?? {}
    return {
      ...said,
      ...(struct.options.doc === undefined ? {} : { description: struct.options.doc }),
      ...(Object.keys(struct.fields).length === 0
        ? {}
        : {
            properties: Object.fromEntries([
              ...Object.entries(struct.fields).map(([name, field]) => [name, fieldSchema(struct, name, field)]),
              ...Object.entries(isRecord(others) ? others : {}),
            ]),
          }),
      ...(required.length === 0 ? {} : { required }),
      type: 'object',
      ...named,
      ...(struct.options.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    }
  }

  const schemaOf = (schema: Schema<unknown>): Json => {
    const shape = shapeOf(schema)
    switch (shape.tag) {
      case 'scalar': {
        const named = namedScalars[shape.scalar]
        return named === undefined ? (plainScalars[shape.scalar] ?? {}) : refer(named.name, () => named[dialect])
      }
      case 'list':
        return { items: schemaOf(shape.of), type: 'array' }
      case 'map':
        return { additionalProperties: schemaOf(shape.of), type: 'object' }
      case 'struct':
        return refer(shape.name, () => structSchema(shape))
    }
  }

  return {
    schemaOf,
    all: () => Object.fromEntries([...found.keys()].sort().map(name => [name, found.get(name)])),
  }
}

const docOf = (schema: Schema<unknown>): string | undefined => {
  const shape = shapeOf(schema)
  return shape.tag === 'struct' ? shape.options.doc : undefined
}

const nameOf = (schema: Schema<unknown>): string | undefined => {
  const shape = shapeOf(schema)
  return shape.tag === 'struct' ? shape.name : undefined
}

/** Which definitions are which kinds. `DeleteOptions` belongs to every group and version that is served. */
export const gvksOf = (sources: OpenApiSources): ReadonlyMap<string, readonly Json[]> => {
  const gvks = new Map<string, Json[]>()
  const claim = (schema: Schema<unknown>, group: string, kind: string, version: string): void => {
    const name = nameOf(schema)
    if (name === undefined) return
    const list = gvks.get(name) ?? []
    if (!list.some(other => other.group === group && other.kind === kind && other.version === version))
      list.push({ group, kind, version })
    gvks.set(name, list)
  }
  for (const kind of sources.kinds) {
    claim(kind.schema, kind.group, kind.kind, kind.version)
    if (kind.verbs.includes('list')) claim(sources.listSchema(kind), kind.group, `${kind.kind}List`, kind.version)
  }
  for (const body of sources.bodies) {
    claim(body.schema, body.group, body.kind, body.version)
    if (body.kind !== 'DeleteOptions') continue
    const served = new Map(sources.kinds.map(kind => [groupVersion(kind), kind]))
    for (const { group, version } of served.values()) claim(body.schema, group, body.kind, version)
  }
  return gvks
}
