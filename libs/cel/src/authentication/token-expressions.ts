import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { compile } from '../compile.ts'
import type { Declarations, Program } from '../compile.ts'
import { callLimit } from '../limits.ts'
import { dynamic, listOf, mapOf, structOf, textOfRequest as text } from '../schema/declared.ts'
import type { Declared } from '../schema/declared.ts'
import { readJson } from '../schema/read-json.ts'
import { sameType, scalars } from '../types/type.ts'
import type { Type } from '../types/type.ts'
import { List } from '../values/value.ts'
import type { Value } from '../values/value.ts'

/** What an expression of an authentication configuration gives: a truth, a text, texts, or nothing. */
export type TokenValue = boolean | string | readonly string[] | null

/** An expression over what is known of a token; left: why it has no value, or none that is asked for. */
export type TokenExpression = (known: unknown) => Either<string, TokenValue>

const texts = listOf(text)
const user = structOf('kubernetes.UserInfo', { username: text, uid: text, groups: texts, extra: mapOf(texts) })
const claims: Type = { tag: 'map', key: scalars.string, value: scalars.dyn }

const overClaims = { variables: new Map([['claims', claims]]) }
const overUser = { variables: new Map([['user', user.type]]) }

/**
 * An expression over `claims`, those of a token, or what is wrong with it, as Kubernetes says it. Nobody knows the types of claims before
 * they come, so what it gives is seen when it is evaluated.
 */
export const claimsExpression = (source: string): Either<string, TokenExpression> => {
  const program = compile(source, overClaims)
  return E.isLeft(program) ? E.left(`compilation failed: ${program.left}`) : E.right(reading(program.right, dynamic))
}

/** The same of one that gives a truth. */
export const claimsRule = (source: string): Either<string, TokenExpression> => ruleOver(source, overClaims, dynamic)

/** A truth over `user`, as whom a token's claims are mapped. */
export const userRule = (source: string): Either<string, TokenExpression> => ruleOver(source, overUser, user)

const ruleOver = (source: string, declared: Declarations, read: Declared): Either<string, TokenExpression> => {
  const program = compile(source, declared)
  if (E.isLeft(program)) return E.left(`compilation failed: ${program.left}`)
  return sameType(program.right.type, scalars.bool)
    ? E.right(reading(program.right, read))
    : E.left('must evaluate to bool')
}

/** An expression has one variable. */
const reading =
  (program: Program, declared: Declared): TokenExpression =>
  known =>
    evaluated(program, () => readJson(known, declared))

const evaluated = (program: Program, variable: (name: string) => Value | undefined): Either<string, TokenValue> => {
  const { result } = program.evaluate(variable, callLimit)
  if (E.isLeft(result)) return E.left(`expression '${program.source}' resulted in error: ${result.left.message}`)
  const value = plain(result.right)
  return value === undefined
    ? E.left(`expression '${program.source}' must return a string or a list of strings`)
    : E.right(value)
}

/** `undefined`: what is none of these. */
const plain = (value: Value): TokenValue | undefined => {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (!(value instanceof List)) return undefined
  const elements = Array.from({ length: value.size }, (_, i) => value.at(i))
  return elements.every(element => typeof element === 'string') ? elements : undefined
}
