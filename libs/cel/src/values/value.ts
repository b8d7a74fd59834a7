import { atOnce } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import type { Budget } from '../evaluate/budget.ts'
import type { Type } from '../types/type.ts'

/**
 * A value of CEL. `int` is a `bigint`, `double` a `number`; the others that JavaScript has no type for are classes. Lists and maps
 * may read what they hold from an object of the API only when it is asked for.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | List
  | ValueMap
  | Timestamp
  | Duration
  | Optional
  | TypeValue
  | Opaque

export class Uint {
  readonly value: bigint
  constructor(value: bigint) {
    this.value = value
  }
}

export abstract class List {
  abstract readonly size: number
  /** The element at a position that is there. */
  abstract at(position: number): Value
  /** How many steps it takes to an element. */
  readonly reach: number = 1
  /** How equality goes: of sets, regardless of order; of lists with keys, by their keys. */
  readonly by?: ListIdentity
}

/** `x-kubernetes-list-type: set`, or `map` with its keys. */
export type ListIdentity = { readonly tag: 'set' } | { readonly tag: 'map'; readonly keys: readonly string[] }

export abstract class ValueMap {
  abstract readonly size: number
  abstract get(key: Value): Value | undefined
  /** The member that an expression names (`self.name`). */
  abstract field(name: string): Value | undefined
  abstract keys(): readonly Value[]
  /** What `type()` says. */
  readonly typeName: string = 'map'
}

/** A map whose members take long to find. */
export abstract class LongMap extends ValueMap {
  abstract fieldInSteps(name: string): Steps<Value | undefined>
  field(name: string): Value | undefined {
    return atOnce(this.fieldInSteps(name))
  }
}

/** Since the epoch. */
export class Timestamp {
  readonly nanos: bigint
  constructor(nanos: bigint) {
    this.nanos = nanos
  }
}

export class Duration {
  readonly nanos: bigint
  constructor(nanos: bigint) {
    this.nanos = nanos
  }
}

export class Optional {
  /** `undefined`: none. */
  readonly value: Value | undefined
  constructor(value: Value | undefined) {
    this.value = value
  }
}

export const noValue = new Optional(undefined)

export class TypeValue {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** A value of a library: a quantity, a URL, an address. */
export abstract class Opaque {
  abstract readonly type: Type & { readonly tag: 'opaque' }
  abstract equals(other: Opaque): boolean
}

/** Why an expression has no value. Thrown within this package, and caught where an evaluation begins or an operator absorbs it. */
export class EvaluationFault extends Error {}

export const noSuchOverload = (): EvaluationFault => new EvaluationFault('no such overload')

export class PlainList extends List {
  readonly elements: readonly Value[]
  constructor(elements: readonly Value[]) {
    super()
    this.elements = elements
  }
  get size(): number {
    return this.elements.length
  }
  at(position: number): Value {
    return this.elements[position] as Value
  }
}

/** The elements, one after the other. A list may be long beyond measure without taking any room, so each of them counts. */
export function* elementsOf(list: List, budget: Budget): Generator<Value> {
  for (let i = 0; i < list.size; i++) {
    budget.toil(2 + list.reach)
    yield list.at(i)
  }
}

/** What a key is found by: numbers of all types that are equal are one key. */
const indexOf = (key: Value): string | bigint | number | boolean | undefined => {
  if (typeof key === 'string' || typeof key === 'boolean' || typeof key === 'bigint') return key
  if (key instanceof Uint) return key.value
  if (typeof key === 'number') return Number.isInteger(key) ? BigInt(key) : key
  return undefined
}

export class PlainMap extends ValueMap {
  private readonly entries = new Map<string | bigint | number | boolean, readonly [Value, Value]>()
  get size(): number {
    return this.entries.size
  }
  get(key: Value): Value | undefined {
    const index = indexOf(key)
    return index === undefined ? undefined : this.entries.get(index)?.[1]
  }
  field(name: string): Value | undefined {
    return this.entries.get(name)?.[1]
  }
  keys(): readonly Value[] {
    return [...this.entries.values()].map(([key]) => key)
  }
  /** For whoever makes the map, before anybody else has it. `false`: the key cannot be one. */
  put(key: Value, value: Value): boolean {
    const index = typeof key === 'number' ? undefined : indexOf(key)
    if (index === undefined) return false
    this.entries.set(index, [key, value])
    return true
  }
}

/** What an expression wrote as `Name{field: value}`. */
export class StructValue extends PlainMap {
  override readonly typeName: string
  constructor(typeName: string) {
    super()
    this.typeName = typeName
  }
}

/** How a value's type is called: what `type()` answers, and errors say. */
export const typeNameOf = (value: Value): string => {
  if (value === null) return 'null_type'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'int'
  if (typeof value === 'number') return 'double'
  if (typeof value === 'string') return 'string'
  if (value instanceof Uint8Array) return 'bytes'
  if (value instanceof Uint) return 'uint'
  if (value instanceof List) return 'list'
  if (value instanceof ValueMap) return value.typeName
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp'
  if (value instanceof Duration) return 'google.protobuf.Duration'
  if (value instanceof Optional) return 'optional_type'
  if (value instanceof TypeValue) return 'type'
  return value.type.name
}
