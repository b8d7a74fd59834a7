/** A type as the checker knows it. */
export type Type =
  | { readonly tag: Scalar }
  | { readonly tag: 'list'; readonly element: Type }
  | { readonly tag: 'map'; readonly key: Type; readonly value: Type }
  | { readonly tag: 'optional'; readonly of: Type }
  | { readonly tag: 'type'; readonly of: Type | undefined }
  /** A variable of a function's signature, or of the checker. */
  | { readonly tag: 'parameter'; readonly name: string }
  /** A library's type, such as `kubernetes.Quantity`. */
  | { readonly tag: 'opaque'; readonly name: string }
  | ObjectType

/** An object with known fields. Types are equal when their names are. */
export interface ObjectType {
  readonly tag: 'object'
  readonly name: string
  readonly field: (name: string) => Type | undefined
}

type Scalar =
  'bool' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'null' | 'dyn' | 'timestamp' | 'duration' | 'error'

export const scalars = {
  bool: { tag: 'bool' },
  int: { tag: 'int' },
  uint: { tag: 'uint' },
  double: { tag: 'double' },
  string: { tag: 'string' },
  bytes: { tag: 'bytes' },
  null_type: { tag: 'null' },
  dyn: { tag: 'dyn' },
  timestamp: { tag: 'timestamp' },
  duration: { tag: 'duration' },
} as const satisfies Readonly<Record<string, Type>>

export const errorType: Type = { tag: 'error' }

export const list = (element: Type): Type => ({ tag: 'list', element })
export const map = (key: Type, value: Type): Type => ({ tag: 'map', key, value })
export const optional = (of: Type): Type => ({ tag: 'optional', of })

export const isDynamic = ({ tag }: Type): boolean => tag === 'dyn' || tag === 'error'

/** As cel-go prints a type. */
export const typeText = (type: Type): string => {
  switch (type.tag) {
    case 'list':
      return `list(${typeText(type.element)})`
    case 'map':
      return `map(${typeText(type.key)}, ${typeText(type.value)})`
    case 'optional':
      return `optional_type(${typeText(type.of)})`
    case 'type':
      return type.of ? `type(${typeText(type.of)})` : 'type'
    case 'parameter':
    case 'opaque':
    case 'object':
      return type.name
    case 'timestamp':
      return 'google.protobuf.Timestamp'
    case 'duration':
      return 'google.protobuf.Duration'
    case 'error':
      return '!error!'
    default:
      return type.tag
  }
}

export const sameType = (a: Type, b: Type): boolean => {
  if (a === b) return true
  if (a.tag !== b.tag) return false
  if (a.tag === 'list' && b.tag === 'list') return sameType(a.element, b.element)
  if (a.tag === 'map' && b.tag === 'map') return sameType(a.key, b.key) && sameType(a.value, b.value)
  if (a.tag === 'optional' && b.tag === 'optional') return sameType(a.of, b.of)
  if (a.tag === 'type' && b.tag === 'type')
    return a.of === undefined || b.of === undefined ? a.of === b.of : sameType(a.of, b.of)
  return !('name' in a) || !('name' in b) || a.name === b.name
}

const sizes = new WeakMap<Type, number>()

/** How many types a type is made of, itself included. */
export const typeSize = (type: Type): number => {
  const known = sizes.get(type)
  if (known !== undefined) return known
  const parts =
    type.tag === 'list'
      ? [type.element]
      : type.tag === 'map'
        ? [type.key, type.value]
        : (type.tag === 'optional' || type.tag === 'type') && type.of
          ? [type.of]
          : []
  const size = parts.reduce((sum, part) => sum + typeSize(part), 1)
  sizes.set(type, size)
  return size
}
