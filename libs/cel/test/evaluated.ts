import { ok } from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { compile, readJson } from '../src/index.ts'
import type { Evaluation } from '../src/index.ts'
import { Budget } from '../src/evaluate/budget.ts'
import { scalars } from '../src/types/type.ts'
import { equal } from '../src/values/equal.ts'
import type { Value } from '../src/values/value.ts'

/** One variable of any type. */
export const variables = new Map([['d', scalars.dyn]])

const limit = 1_000_000

/** What came of an expression that compiles, of `d`. */
export const evaluated = (source: string, d: unknown = null): Evaluation => {
  const compiled = compile(source, { variables })
  ok(E.isRight(compiled), E.isLeft(compiled) ? `${source}: ${compiled.left}` : '')
  return compiled.right.evaluate(() => readJson(d), limit)
}

export const isTrue = (value: Value): boolean => equal(value, true, new Budget(limit))
