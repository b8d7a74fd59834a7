import type { Overload } from '../library/overload.ts'
import { list, map, scalars } from '../types/type.ts'
import type { ObjectType, Type } from '../types/type.ts'
import { TypeValue } from '../values/value.ts'
import type { Value } from '../values/value.ts'

/** What expressions may name. */
export interface Environment {
  /** The type of each variable; a name may have dots. */
  readonly variables: ReadonlyMap<string, Type>
  readonly functions: ReadonlyMap<string, readonly Overload[]>
  /** Types whose values may be written as `Name{field: value}`; absent: none. */
  readonly structs?: (name: string) => ObjectType | undefined
  /** Elements of a list literal need not be of one type. */
  readonly mixed?: boolean
}

/** Functions by their names. */
export const functionsOf = (overloads: readonly Overload[]): Environment['functions'] => {
  const byName = new Map<string, Overload[]>()
  for (const overload of overloads) {
    const known = byName.get(overload.name)
    if (known) known.push(overload)
    else byName.set(overload.name, [overload])
  }
  return byName
}

/** A name that stands for a type, as in `type(x) == int`. */
export const typeNamed = (name: string): { readonly type: Type; readonly value: Value } | undefined => {
  const of = named.get(name)
  return of && { type: { tag: 'type', of }, value: new TypeValue(name) }
}

const named: ReadonlyMap<string, Type> = new Map<string, Type>([
  ...(['bool', 'int', 'uint', 'double', 'string', 'bytes', 'null_type'] as const).map((name): [string, Type] => [
    name,
    scalars[name],
  ]),
  ['list', list(scalars.dyn)],
  ['map', map(scalars.dyn, scalars.dyn)],
  ['type', { tag: 'type', of: undefined }],
  ['google.protobuf.Timestamp', scalars.timestamp],
  ['google.protobuf.Duration', scalars.duration],
  ['optional_type', { tag: 'optional', of: scalars.dyn }],
  ...['Quantity', 'URL', 'NamedFormat', 'Semver'].map((name): [string, Type] => [
    `kubernetes.${name}`,
    { tag: 'opaque', name: `kubernetes.${name}` },
  ]),
  ...['net.IP', 'net.CIDR'].map((name): [string, Type] => [name, { tag: 'opaque', name }]),
])
