import { isPatternKept, linearPattern } from '@periplus/api'
import type { LinearPattern, PatternFault } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { Budget } from '../evaluate/budget.ts'
import { BudgetExceeded } from '../evaluate/budget.ts'
import { fail } from './overload.ts'

/** How many steps one match may take, at worst: it is done in one go, in some tens of milliseconds. */
const mostSteps = 2_000_000

const words = (fault: PatternFault): string => {
  switch (fault.tag) {
    case 'TooLong':
      return `error parsing regexp: expression is longer than ${fault.most} characters`
    case 'TooManyStates':
      return 'error parsing regexp: expression takes too many states'
    case 'Unreadable':
      return fault.message
  }
}

/** A matcher of a text, after what it may take at worst is charged for. */
export const matcherOf = (
  pattern: string,
  text: string,
  budget: Budget,
): ReturnType<LinearPattern['program']['matcher']> => {
  // Reading a pattern that nobody has read yet.
  budget.toil(isPatternKept(pattern) ? 1 : 100 + pattern.length * 4)
  const compiled = linearPattern(pattern)
  if (E.isLeft(compiled)) return fail(words(compiled.left))
  const { program, size } = compiled.right
  const steps = text.length * size
  budget.toil(steps / 2)
  if (steps > mostSteps) throw new BudgetExceeded()
  return program.matcher(text)
}
