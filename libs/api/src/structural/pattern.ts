import { RE2JS } from 're2js'

/** A pattern in Go's syntax, matched in time that grows with the text alone. */
export interface Pattern {
  matches(text: string): boolean
  /** How many steps it takes to find out, at worst. */
  steps(text: string): number
}

/** How many steps the matches of one object may take together, at worst: some tens of milliseconds. */
export const mostSteps = 10_000_000

/** A program larger than this is refused: each step of a match may look at all of it. */
const largestProgram = 2_000
const longestPattern = 10_000

const compile = (pattern: string): Pattern | string => {
  if (pattern.length > longestPattern) return `is longer than ${longestPattern} characters`
  try {
    const program = RE2JS.compile(pattern)
    const size = program.programSize()
    if (size > largestProgram) return 'takes too many states'
    return { matches: text => program.matcher(text).find(), steps: text => text.length * size }
  } catch {
    return 'must be a valid regular expression'
  }
}

const kept = new Map<string, Pattern | string>()
const mostKept = 500

/** The pattern, or why there is none. The last few hundred are remembered. */
export const patternOf = (pattern: string): Pattern | string => {
  const known = kept.get(pattern)
  if (known !== undefined) return known
  const compiled = compile(pattern)
  kept.set(pattern, compiled)
  for (const old of kept.keys()) if (kept.size > mostKept) kept.delete(old)
  return compiled
}
