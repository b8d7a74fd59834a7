import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { hasMoreStates } from '@periplus/api'
import { RE2JS } from 're2js'

/** A pattern in RE2's syntax, which takes time that grows with the text alone. */
export interface LinePattern {
  found(text: string): boolean
  /** The named groups of the first match; `undefined` where there is none. */
  groups(text: string): ReadonlyMap<string, string> | undefined
}

/** A program larger than this is refused: each character of a line may look at all of it. */
const largestProgram = 1_000
/** Only so much of a line is looked at. */
const longestText = 16_384

/** Left: why there is no such pattern. */
export const linePattern = (pattern: string): Either<string, LinePattern> => {
  if (hasMoreStates(pattern, largestProgram)) return E.left('takes too many states')
  let program: RE2JS
  try {
    program = RE2JS.compile(pattern)
  } catch {
    return E.left('is no regular expression of RE2')
  }
  if (program.programSize() > largestProgram) return E.left('takes too many states')
  const names = Object.keys(program.namedGroups())
  const looked = (text: string): string => (text.length > longestText ? text.slice(0, longestText) : text)
  return E.right({
    found: text => program.matcher(looked(text)).find(),
    groups: text => {
      const matcher = program.matcher(looked(text))
      if (!matcher.find()) return undefined
      const groups = new Map<string, string>()
      for (const name of names) {
        const value = matcher.group(name)
        if (value !== null && value !== undefined) groups.set(name, value)
      }
      return groups
    },
  })
}
