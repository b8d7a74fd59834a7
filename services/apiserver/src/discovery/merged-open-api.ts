import { deepEqual, isRecord } from '@periplus/api'
import { isRestDue } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'

type Json = Readonly<Record<string, unknown>>

/** A document of another server, as far as it is of the API that it answers for here. */
export interface OpenApiV2Part {
  readonly paths: Json
  readonly definitions: Json
}

/** What another server says of a version of a group that it answers for. */
export interface ForeignOpenApi {
  /** `apis/<group>/<version>`. */
  readonly path: string
  /** Of its OpenAPI v3 document; absent: it has none. */
  readonly hash?: string
  readonly v2?: OpenApiV2Part
}

const reference = '#/definitions/'

/** The names of the definitions that a value refers to. */
const namesIn = (value: unknown, found: Set<string>): void => {
  if (Array.isArray(value)) for (const one of value) namesIn(one, found)
  else if (isRecord(value))
    for (const [key, member] of Object.entries(value))
      if (key === '$ref' && typeof member === 'string' && member.startsWith(reference))
        found.add(member.slice(reference.length))
      else namesIn(member, found)
}

const memberOf = (values: Json, name: string): unknown => (Object.hasOwn(values, name) ? values[name] : undefined)

/** What a document says of paths at and below one, with the definitions that this takes; `undefined` where it is no document. */
export const openApiV2PartOf = (document: unknown, below: string): OpenApiV2Part | undefined => {
  if (!isRecord(document) || !isRecord(document['paths'])) return undefined
  const all = isRecord(document['definitions']) ? document['definitions'] : {}
  const paths = Object.entries(document['paths']).filter(
    ([path, item]) => isRecord(item) && (path === below || path.startsWith(`${below}/`)),
  )
  const needed = new Set<string>()
  for (const [, item] of paths) namesIn(item, needed)
  // A set that grows while it is walked shows what is added, too.
  for (const name of needed) namesIn(memberOf(all, name), needed)
  const definitions = [...needed].flatMap(name => {
    const found = memberOf(all, name)
    return isRecord(found) ? [[name, found] as const] : []
  })
  return { paths: Object.fromEntries(paths), definitions: Object.fromEntries(definitions) }
}

const renamed = (value: unknown, names: ReadonlyMap<string, string>): unknown => {
  if (Array.isArray(value)) return value.map(one => renamed(one, names))
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const name = key === '$ref' && typeof member === 'string' ? names.get(member.slice(reference.length)) : undefined
      return [key, name === undefined ? renamed(member, names) : reference + name]
    }),
  )
}

type Definitions = ReadonlyMap<string, unknown>

/** Definitions of another server by the names that they get here: those that say what is not said yet. `Pod_v2`, as Kubernetes does it. */
function* toldApart(
  theirs: Json,
  ours: Definitions,
): Steps<{ readonly names: ReadonlyMap<string, string>; readonly added: Definitions }> {
  const added: [string, unknown][] = []
  for (const [name, schema] of Object.entries(theirs)) {
    if (isRestDue()) yield
    if (!ours.has(name) || !deepEqual(ours.get(name), schema)) added.push([name, schema])
  }
  const clashing = added.map(([name]) => name).filter(name => ours.has(name))
  for (let i = 2; ; i++) {
    const names = new Map(clashing.map(name => [name, `${name}_v${i}`]))
    const named = new Map<string, unknown>()
    for (const [name, schema] of added) {
      if (isRestDue()) yield
      named.set(names.get(name) ?? name, renamed(schema, names))
    }
    // Another version of the same API may have brought the very same.
    if ([...named].every(([name, schema]) => !ours.has(name) || deepEqual(ours.get(name), schema)))
      return { names, added: named }
  }
}

/**
 * The server's own document with what others say of their APIs. A path that is there stays as it is; definitions of one name that say
 * different things are told apart by another name.
 */
export function* mergedOpenApiV2(own: Json, others: readonly OpenApiV2Part[]): Steps<Json> {
  if (others.length === 0) return own
  const paths = new Map(Object.entries(own['paths'] as Json))
  const definitions = new Map(Object.entries(own['definitions'] as Json))
  for (const other of others) {
    const { names, added } = yield* toldApart(other.definitions, definitions)
    for (const [name, schema] of added) definitions.set(name, schema)
    for (const [path, item] of Object.entries(other.paths)) {
      if (isRestDue()) yield
      if (!paths.has(path)) paths.set(path, renamed(item, names))
    }
  }
  return { ...own, paths: Object.fromEntries(paths), definitions: Object.fromEntries(definitions) }
}
