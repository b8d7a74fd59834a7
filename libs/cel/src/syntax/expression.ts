import type { Value } from '../values/value.ts'

/** Where something stands in the text: an offset in UTF-16 units. */
export type Offset = number

/** An expression as it was written, macros expanded, the way cel-go expands them: cost is reckoned on this form. */
export type Expression =
  | { readonly tag: 'literal'; readonly at: Offset; readonly value: Value }
  | { readonly tag: 'identifier'; readonly at: Offset; readonly name: string }
  | Select
  | Call
  | {
      readonly tag: 'list'
      readonly at: Offset
      readonly elements: readonly Expression[]
      /** The positions of `?element`. */
      readonly optional: ReadonlySet<number>
    }
  | { readonly tag: 'map'; readonly at: Offset; readonly entries: readonly Entry[] }
  | Struct
  | Comprehension

/** `operand.field`, or `has(operand.field)`. */
export interface Select {
  readonly tag: 'select'
  readonly at: Offset
  readonly operand: Expression
  readonly field: string
  readonly testOnly: boolean
}

/** A function, an operator (`_+_`), or a method, which has a target. */
export interface Call {
  readonly tag: 'call'
  readonly at: Offset
  readonly name: string
  readonly target: Expression | undefined
  readonly args: readonly Expression[]
}

export interface Entry {
  readonly at: Offset
  readonly key: Expression
  readonly value: Expression
  readonly optional: boolean
}

/** `Object.spec{replicas: 3}`. */
export interface Struct {
  readonly tag: 'struct'
  readonly at: Offset
  readonly type: string
  readonly fields: readonly StructField[]
}

export interface StructField {
  readonly at: Offset
  readonly name: string
  readonly value: Expression
  readonly optional: boolean
}

/** What `all`, `map` and the other macros become: a fold over a list or a map. */
export interface Comprehension {
  readonly tag: 'comprehension'
  readonly at: Offset
  readonly range: Expression
  readonly variable: string
  /** Of the macros with two variables, the second. */
  readonly second: string | undefined
  readonly accumulator: string
  readonly start: Expression
  readonly condition: Expression
  readonly step: Expression
  readonly result: Expression
}

export const literal = (at: Offset, value: Value): Expression => ({ tag: 'literal', at, value })

export const identifier = (at: Offset, name: string): Expression => ({ tag: 'identifier', at, name })

export const call = (at: Offset, name: string, ...args: readonly Expression[]): Expression => ({
  tag: 'call',
  at,
  name,
  target: undefined,
  args,
})

export const method = (at: Offset, target: Expression, name: string, ...args: readonly Expression[]): Expression => ({
  tag: 'call',
  at,
  name,
  target,
  args,
})

export const listOf = (at: Offset, ...elements: readonly Expression[]): Expression => ({
  tag: 'list',
  at,
  elements,
  optional: none,
})

const none: ReadonlySet<number> = new Set()

/** `a.b.c` for the expression that is written so; the name of a variable or a function may have dots. */
export const qualifiedName = (expression: Expression): string | undefined => {
  if (expression.tag === 'identifier') return expression.name
  if (expression.tag !== 'select' || expression.testOnly) return undefined
  const prefix = qualifiedName(expression.operand)
  return prefix === undefined ? undefined : `${prefix}.${expression.field}`
}

/** `a` of `a.b.c`, where the expression begins with a name. */
export const rootName = (expression: Expression): string | undefined => {
  let root = expression
  while (root.tag === 'select') root = root.operand
  return root.tag === 'identifier' ? root.name : undefined
}
