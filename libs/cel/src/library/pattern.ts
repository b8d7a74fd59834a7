import { RE2JS } from 're2js'
import type { Budget } from '../evaluate/budget.ts'
import { BudgetExceeded } from '../evaluate/budget.ts'
import { fail } from './overload.ts'

/** A program larger than this is refused: each step of a match may look at all of it. */
const largestProgram = 2_000
const longestPattern = 10_000
/** How many steps one match may take, at worst. */
const mostSteps = 20_000_000

/** A regular expression in Go's syntax, matched in time that grows with the text alone. */
interface Pattern {
  readonly program: RE2JS
  readonly size: number
}

const compile = (pattern: string): Pattern | string => {
  if (pattern.length > longestPattern)
    return `error parsing regexp: expression is longer than ${longestPattern} characters`
  try {
    const program = RE2JS.compile(pattern)
    const size = program.programSize()
    return size > largestProgram ? 'error parsing regexp: expression takes too many states' : { program, size }
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : 'error parsing regexp'
  }
}

const kept = new Map<string, Pattern | string>()
const mostKept = 500

const patternOf = (pattern: string): Pattern | string => {
  const known = kept.get(pattern)
  if (known !== undefined) return known
  const compiled = compile(pattern)
  kept.set(pattern, compiled)
  for (const old of kept.keys()) if (kept.size > mostKept) kept.delete(old)
  return compiled
}

/** What is wrong with a pattern. */
export const patternFault = (pattern: string): string | undefined => {
  const compiled = patternOf(pattern)
  return typeof compiled === 'string' ? compiled : undefined
}

/** A matcher of a text, after what it may take at worst is charged for. */
export const matcherOf = (pattern: string, text: string, budget: Budget): ReturnType<RE2JS['matcher']> => {
  // Reading a pattern that nobody has read yet.
  budget.toil(kept.has(pattern) ? 1 : 100 + pattern.length * 4)
  const compiled = patternOf(pattern)
  if (typeof compiled === 'string') return fail(compiled)
  const steps = text.length * compiled.size
  budget.toil(steps / 2)
  if (steps > mostSteps) throw new BudgetExceeded()
  return compiled.program.matcher(text)
}
