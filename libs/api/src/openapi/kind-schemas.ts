import { isRecord } from '../json/json-value.ts'
import type { Kind } from '../kind.ts'
import { definitionsOf } from './definitions.ts'
import type { Json } from './sources.ts'

/** JSON schemas of kinds in the form of OpenAPI 3. */
export interface KindSchemas {
  /** A reference for each kind. */
  readonly references: ReadonlyMap<Kind, Json>
  /** What is referred to, by its name below `#/components/schemas/`. */
  readonly schemas: Json
}

/** Kubernetes writes times of which there is none as null, and its OpenAPI does not say so. */
const orNull = (name: string, schema: unknown): unknown =>
  /\.(Micro)?Time$/.test(name) && isRecord(schema) ? { ...schema, type: [schema['type'], 'null'] } : schema

/** The schemas by which objects of these kinds are read, for documents other than the API's own. */
export const kindSchemas = (kinds: readonly Kind[]): KindSchemas => {
  const definitions = definitionsOf(new Map())
  const references = new Map(kinds.map(kind => [kind, definitions.schemaOf(kind.schema)]))
  const schemas = Object.entries(definitions.all()).map(([name, schema]) => [name, orNull(name, schema)] as const)
  return { references, schemas: Object.fromEntries(schemas) }
}
