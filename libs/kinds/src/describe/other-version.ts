import { schema } from '@periplus/api'
import type { Kind, KubernetesObject, Schema } from '@periplus/api'

/**
 * The kind in another version whose fields are the same: its structs have that version's names, and objects are stored as `kind`.
 * `particulars` are what differs nevertheless.
 */
export const otherVersion = <A extends KubernetesObject>(
  kind: Kind<A>,
  version: string,
  particulars: Partial<Kind<A>> = {},
): Kind<A> => ({
  ...kind,
  version,
  schema: inVersion(kind.schema, kind.version, version),
  stored: false,
  ...particulars,
})

/** The schema with `…v1.Name` named `…v1beta1.Name` wherever it stands in it; what belongs to other packages stays as it is. */
export const inVersion = <S extends Schema<unknown>>(of: S, from: string, to: string): S => {
  const name = of.shape.tag === 'struct' ? of.shape.name : ''
  const home = name.slice(0, name.lastIndexOf('.') + 1)
  return renamed(of, home, `${home.slice(0, -from.length - 1)}${to}.`) as S
}

/** A struct that two schemas share is one in the other version too. */
const renamedStructs = new WeakMap<Schema<unknown>, Map<string, Schema<unknown>>>()

const renamed = (of: Schema<unknown>, from: string, to: string): Schema<unknown> => {
  const { shape } = of
  switch (shape.tag) {
    case 'list':
      return schema.list(renamed(shape.of, from, to))
    case 'map':
      return schema.map(renamed(shape.of, from, to))
    case 'lazy':
      return schema.lazy(() => renamed(shape.get(), from, to))
    case 'struct':
      return shape.name.startsWith(from) ? renamedStruct(of, shape, from, to) : of
    case 'scalar':
      return of
  }
}

const renamedStruct = (
  of: Schema<unknown>,
  { name, fields, options }: Extract<Schema<unknown>['shape'], { tag: 'struct' }>,
  from: string,
  to: string,
): Schema<unknown> => {
  const versions = renamedStructs.get(of) ?? new Map<string, Schema<unknown>>()
  renamedStructs.set(of, versions)
  const known = versions.get(to)
  if (known) return known
  const made = schema.struct(
    to + name.slice(from.length),
    Object.fromEntries(
      Object.entries(fields).map(([key, field]) => [key, { ...field, schema: renamed(field.schema, from, to) }]),
    ),
    options,
  )
  versions.set(to, made)
  return made
}
