import { E } from '@periplus/prelude'
import type { StructuralSchema } from '@periplus/api'
import { compile } from '../compile.ts'
import type { Program } from '../compile.ts'
import { estimateCost } from '../cost/estimate.ts'
import type { Declared } from '../schema/declared.ts'
import { optional } from '../types/type.ts'
import { fieldOf } from './field-path.ts'

/** An element of `x-kubernetes-validations`. */
export interface ValidationRule {
  readonly rule: string
  readonly message?: string
  readonly messageExpression?: string
  readonly reason?: string
  readonly fieldPath?: string
  readonly optionalOldSelf?: boolean
}

/** A rule that can be evaluated, or what is wrong with it in Kubernetes' words. */
export interface CompiledRule {
  readonly rule: ValidationRule
  readonly program: Program | string
  readonly usesOldSelf: boolean
  /** What one evaluation costs at most. */
  readonly mostCost: number
  /** `undefined`: there is none. */
  readonly message: { readonly program: Program; readonly mostCost: number } | string | undefined
  /** Below the value, such as `spec.replicas`; `''`: the value itself. */
  readonly field: string
}

/** What all rules for one object may still cost; below zero no more are looked at. */
export interface Purse {
  left: number
}

/** A rule of a value that is declared so. */
export const compileRule = (rule: ValidationRule, self: Declared, schema: StructuralSchema): CompiledRule => {
  const oldSelf = rule.optionalOldSelf ? optional(self.type) : self.type
  const variables = new Map([
    ['self', self.type],
    ['oldSelf', oldSelf],
  ])
  const sizes = new Map([
    ['self', self],
    ['oldSelf', self],
  ])
  const program = compiled(rule.rule, variables, 'bool', '')
  const message = rule.messageExpression
    ? compiled(rule.messageExpression, variables, 'string', 'messageExpression ')
    : undefined
  return {
    rule,
    program,
    usesOldSelf: typeof program === 'object' && names(program, 'oldSelf'),
    mostCost: typeof program === 'object' ? estimateCost(program.checked, sizes).max : 0,
    message:
      typeof message === 'object' ? { program: message, mostCost: estimateCost(message.checked, sizes).max } : message,
    field: (rule.fieldPath && fieldOf(rule.fieldPath, schema)) || '',
  }
}

const wanted = {
  bool: 'cel expression must evaluate to a bool',
  string: 'messageExpression must evaluate to a string',
} as const

const compiled = (
  source: string,
  variables: Parameters<typeof compile>[1]['variables'],
  type: keyof typeof wanted,
  what: string,
): Program | string => {
  const program = compile(source, { variables })
  if (E.isLeft(program)) return `${what}compilation failed: ${program.left}`
  return program.right.type.tag === type ? program.right : wanted[type]
}

const names = ({ checked }: Program, name: string): boolean => checked.variables.has(name)
