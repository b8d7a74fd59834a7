import type { FieldError } from '../refusal.ts'
import { mostSteps } from './pattern.ts'

/** As many errors of one object as anybody reads. */
export const mostTold = 100
/** And as much text: each error may name all values that it allows. */
const mostCharacters = 256 * 1024

/**
 * How often a value is held against a schema for one object: each value once, usually; but each may be held against thousands of
 * alternatives.
 */
export const mostChecks = 1_000_000

/** What is left of what may be done for a whole value: a list of texts takes as long as a long text. */
export interface Effort {
  checks: number
  /** That matches of patterns may take. */
  steps: number
}

/** What a walk over a value has found. */
export interface Walk {
  readonly effort: Effort
  readonly errors: readonly FieldError[]
  /** Nothing more is to be looked at: enough was found, or enough was done. */
  readonly isOver: boolean
  readonly tell: (errors: readonly FieldError[]) => void
}

/** `effort`: of the walk that this one is a part of. */
export const walkOf = (mostErrors: number, effort: Effort = { checks: mostChecks, steps: mostSteps }): Walk => {
  const errors: FieldError[] = []
  let characters = 0
  return {
    effort,
    errors,
    get isOver() {
      return effort.checks < 0 || errors.length >= mostErrors || characters > mostCharacters
    },
    tell: found => {
      for (const error of found) {
        if (errors.length >= mostErrors || characters > mostCharacters) return
        errors.push(error)
        characters += error.message.length
      }
    },
  }
}
