import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { RE2JS } from 're2js'
import { hasMoreStates } from './least-states.ts'

/** A regular expression in Go's syntax, matched in time that grows with the text alone. */
export interface LinearPattern {
  readonly program: RE2JS
  /** States of the program: each step of a match may look at all of them, and a text has a step a character. */
  readonly size: number
}

/** Why a text is no such pattern; `message` is the engine's. */
export type PatternFault =
  | { readonly tag: 'TooLong'; readonly most: number }
  | { readonly tag: 'TooManyStates' }
  | { readonly tag: 'Unreadable'; readonly message: string }

const largestProgram = 2_000
const longestPattern = 10_000

const compile = (pattern: string): Either<PatternFault, LinearPattern> => {
  if (pattern.length > longestPattern) return E.left({ tag: 'TooLong', most: longestPattern })
  if (hasMoreStates(pattern, largestProgram)) return E.left({ tag: 'TooManyStates' })
  try {
    const program = RE2JS.compile(pattern)
    const size = program.programSize()
    return size > largestProgram ? E.left({ tag: 'TooManyStates' }) : E.right({ program, size })
  } catch (thrown) {
    return E.left({ tag: 'Unreadable', message: thrown instanceof Error ? thrown.message : 'error parsing regexp' })
  }
}

const kept = new Map<string, Either<PatternFault, LinearPattern>>()
const mostKept = 500
/** States and characters of all that are kept: each is some tens of bytes, and who writes definitions chooses how many one has. */
const largestKept = 100_000
let sizeKept = 0

const sizeOf = (pattern: string, compiled: Either<PatternFault, LinearPattern>): number =>
  pattern.length + (E.isRight(compiled) ? compiled.right.size : 0)

/** Whether a pattern is one of the last few hundred, which cost nothing to read again. */
export const isPatternKept = (pattern: string): boolean => kept.has(pattern)

/** The pattern of at most 2,000 states and 10,000 characters, or why there is none. The last few hundred are remembered, of large ones fewer. */
export const linearPattern = (pattern: string): Either<PatternFault, LinearPattern> => {
  const known = kept.get(pattern)
  if (known !== undefined) return known
  const compiled = compile(pattern)
  if (pattern.length > longestPattern) return compiled
  kept.set(pattern, compiled)
  sizeKept += sizeOf(pattern, compiled)
  for (const [old, its] of kept) {
    if (kept.size <= mostKept && sizeKept <= largestKept) break
    kept.delete(old)
    sizeKept -= sizeOf(old, its)
  }
  return compiled
}
