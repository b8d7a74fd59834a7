import type { PatternFault } from '../pattern/linear-pattern.ts'

/** How many steps the matches of one object may take together, at worst: some tens of milliseconds. */
export const mostSteps = 10_000_000
/** And the match of one text, which is done in one go. */
export const mostStepsOfText = 1_500_000

/** What a schema is told whose `pattern` is none. */
export const patternWords = (fault: PatternFault): string => {
  switch (fault.tag) {
    case 'TooLong':
      return `is longer than ${fault.most} characters`
    case 'TooManyStates':
      return 'takes too many states'
    case 'Unreadable':
      return 'must be a valid regular expression'
  }
}
