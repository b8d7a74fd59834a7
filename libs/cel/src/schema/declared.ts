import type { Type } from '../types/type.ts'
import { scalars } from '../types/type.ts'
import type { ListIdentity } from '../values/value.ts'

/**
 * What values of the API are in expressions: their type, how they are read from JSON, and how large they may be, which cost is
 * estimated by.
 */
export interface Declared {
  readonly type: Type
  readonly reads: Reads
  /** The most characters, elements or entries; 0 of what has no size, as Kubernetes reckons. */
  readonly mostElements: number
  /** The fewest characters as JSON. */
  readonly leastSize: number
}

/** How a value is read from JSON. */
export type Reads =
  | { readonly tag: 'dynamic' | 'text' | 'flag' | 'int' | 'double' | 'bytes' | 'duration' | 'date' | 'time' }
  | { readonly tag: 'list'; readonly element: Declared; readonly by: ListIdentity | undefined }
  | { readonly tag: 'map'; readonly value: Declared }
  /** By the names that expressions use, which may not be those of JSON. */
  | { readonly tag: 'object'; readonly fields: ReadonlyMap<string, Member> }

export interface Member {
  readonly name: string
  readonly declared: Declared
}

/** Kubernetes' bound of a request, in bytes. */
export const largestRequest = 3 * 1024 * 1024

const scalar = (type: Type, reads: Reads, mostElements: number, leastSize: number): Declared => ({
  type,
  reads,
  mostElements,
  leastSize,
})

/** Anything, read as it stands: whole numbers are int. */
export const dynamic: Declared = scalar(scalars.dyn, { tag: 'dynamic' }, 0, 1)
export const textOfRequest: Declared = scalar(scalars.string, { tag: 'text' }, largestRequest - 2, 2)
export const flag: Declared = scalar(scalars.bool, { tag: 'flag' }, 0, 4)
export const int: Declared = scalar(scalars.int, { tag: 'int' }, 0, 1)
export const double: Declared = scalar(scalars.double, { tag: 'double' }, 0, 1)
export const bytes: Declared = scalar(scalars.bytes, { tag: 'bytes' }, largestRequest - 2, 2)
export const duration: Declared = scalar(scalars.duration, { tag: 'duration' }, 32, 3)
export const date: Declared = scalar(scalars.timestamp, { tag: 'date' }, 12, 12)
export const time: Declared = scalar(scalars.timestamp, { tag: 'time' }, 32, 21)

/** How many values of a size at least fit into a request, each with a comma or a bracket. */
const mostOf = (leastSize: number): number => Math.floor((largestRequest - 2) / (leastSize + 1))

export const listOf = (element: Declared, mostElements = mostOf(element.leastSize), by?: ListIdentity): Declared => ({
  type: { tag: 'list', element: element.type },
  reads: { tag: 'list', element, by },
  mostElements,
  leastSize: 2,
})

/** Keys take four characters at least, with their quotes, colon and comma. */
export const mapOf = (
  value: Declared,
  mostElements = Math.floor((largestRequest - 2) / (value.leastSize + 6)),
): Declared => ({
  type: { tag: 'map', key: scalars.string, value: value.type },
  reads: { tag: 'map', value },
  mostElements,
  leastSize: 2,
})

/** `name` is what errors call the type. */
export const objectOf = (name: string, fields: ReadonlyMap<string, Member>, leastSize = 2): Declared => ({
  type: { tag: 'object', name, field: field => fields.get(field)?.declared.type },
  reads: { tag: 'object', fields },
  mostElements: fields.size,
  leastSize,
})

/** An object whose fields are called in expressions as they are in JSON. */
export const structOf = (name: string, fields: Readonly<Record<string, Declared>>): Declared =>
  objectOf(name, new Map(Object.entries(fields).map(([field, declared]) => [field, { name: field, declared }])))
