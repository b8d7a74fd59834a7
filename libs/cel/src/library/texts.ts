import type { Budget } from '../evaluate/budget.ts'
import { costSize, perCharacter, perPatternCharacter, traversal } from '../values/size.ts'
import type { Value } from '../values/value.ts'
import { matcherOf } from './pattern.ts'
import { arg, overload } from './overload.ts'
import type { Cost, Overload } from './overload.ts'

type OnTexts = (text: string, other: string, budget: Budget) => Value

const texts =
  (of: OnTexts): Overload['run'] =>
  (args, budget) =>
    of(arg<string>(args, 0), arg<string>(args, 1), budget)

/** As cel-go reckons it for `startsWith` and `endsWith`, by the text and not by what is looked for. */
const byText: Cost = ([text = null], _, budget) => traversal(text, budget)

const byBoth: Cost = ([text = null, part = null], _, budget) => traversal(text, budget) * traversal(part, budget)

/** One more than the text is long, so that a match of nothing costs something. */
export const byPattern: Cost = ([text = null, pattern = null], _, budget) =>
  Math.ceil((1 + costSize(text, budget)) * perCharacter) * Math.ceil(costSize(pattern, budget) * perPatternCharacter)

const matches = texts((text, pattern, budget) => matcherOf(pattern, text, budget).find())

/** What CEL itself has for texts. */
export const standardTexts: readonly Overload[] = [
  overload(
    '.contains',
    'contains_string',
    'string, string -> bool',
    texts((text, part, budget) => {
      budget.toil((text.length + part.length) / 16)
      return text.includes(part)
    }),
    byBoth,
  ),
  overload(
    '.startsWith',
    'starts_with_string',
    'string, string -> bool',
    texts((text, part) => text.startsWith(part)),
    byText,
  ),
  overload(
    '.endsWith',
    'ends_with_string',
    'string, string -> bool',
    texts((text, part) => text.endsWith(part)),
    byText,
  ),
  overload('.matches', 'matches_string', 'string, string -> bool', matches, byPattern),
  overload('matches', 'matches', 'string, string -> bool', matches, byPattern),
]
