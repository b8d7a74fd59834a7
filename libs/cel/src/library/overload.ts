import type { Budget } from '../evaluate/budget.ts'
import { signature } from '../types/signature.ts'
import type { Signature } from '../types/signature.ts'
import type { Type } from '../types/type.ts'
import {
  Duration,
  EvaluationFault,
  List,
  Opaque,
  Optional,
  Timestamp,
  TypeValue,
  Uint,
  ValueMap,
} from '../values/value.ts'
import type { Value } from '../values/value.ts'

/** One way to call a function. */
export interface Overload extends Signature {
  /** As cel-go and Kubernetes call it; cost goes by it. */
  readonly id: string
  readonly name: string
  /** Called on its first parameter. */
  readonly isMethod: boolean
  readonly run: Run
  /** What a call costs besides its arguments; absent: 1. */
  readonly cost?: Cost
  /** Looks at its arguments' types itself: positions may be any number that is whole. */
  readonly takesAny?: boolean
}

export type Run = (args: readonly Value[], budget: Budget) => Value
export type Cost = (args: readonly Value[], result: Value, budget: Budget) => number

/** A function (`size`), or with a point before it a method (`.size`). */
export const overload = (name: string, id: string, types: string, run: Run, cost?: Cost): Overload => ({
  id,
  isMethod: name.startsWith('.'),
  name: name.replace(/^\./, ''),
  ...signature(types),
  run,
  ...(cost ? { cost } : {}),
})

export const fail = (message: string): never => {
  throw new EvaluationFault(message)
}

const of: Readonly<Partial<Record<Type['tag'], (value: Value) => boolean>>> = {
  bool: value => typeof value === 'boolean',
  int: value => typeof value === 'bigint',
  uint: value => value instanceof Uint,
  double: value => typeof value === 'number',
  string: value => typeof value === 'string',
  bytes: value => value instanceof Uint8Array,
  null: value => value === null,
  timestamp: value => value instanceof Timestamp,
  duration: value => value instanceof Duration,
  list: value => value instanceof List,
  map: value => value instanceof ValueMap,
  object: value => value instanceof ValueMap,
  optional: value => value instanceof Optional,
  type: value => value instanceof TypeValue,
}

/** Whether a value may be given for a parameter, as far as is seen without looking into it. */
export const accepts = (type: Type, value: Value): boolean =>
  type.tag === 'opaque' ? value instanceof Opaque && value.type.name === type.name : (of[type.tag]?.(value) ?? true)

/**
 * An argument as what its overload's signature says that it is, which the evaluator has seen to (`accepts`): the only place where
 * that is believed.
 */
export const arg = <T extends Value>(args: readonly Value[], position: number): T => args[position] as T
