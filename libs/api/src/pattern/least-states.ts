/** What stands at one place of a pattern, as far as it is read. */
interface Level {
  /** Of what follows each other since the last bar. */
  sum: number
  /** Of the alternatives before. */
  most: number
  /** Of what a repetition would be of. */
  last: number
}

/** In the order in which they are tried; each with what it makes of the level. */
const parts: readonly (readonly [RegExp, (level: Level, match: RegExpExecArray) => void])[] = [
  // Literal text, in which nothing is special.
  [/\\Q((?:(?!\\E)[^])*)(?:\\E)?/y, (level, [, text = '']) => [...text].forEach(() => follow(level, 1))],
  // Places between characters, of which many are one.
  [/\\[bBAz]|[\^$]/y, level => follow(level, 0)],
  [/\\[pPx]\{[^}]{0,64}\}|\\[pP][^]|\\[^]/y, level => follow(level, 1)],
  // A bracket in a class is one of its characters, unless it begins a class with a name.
  [/\[\^?\]?(?:\[:[a-zA-Z^]*:\]|\\[^]|[^\]\\[]|\[(?!:[a-zA-Z^]*:\]))*\]/y, level => follow(level, 1)],
  [/\{(\d{1,4})(?:(,)(\d{0,4}))?\}/y, (level, [, least = '', , most]) => repeat(level, Number(most || least))],
  [/[*+?]/y, () => undefined],
  [/[^]/uy, level => follow(level, 1)],
]
const flags = /\(\?[a-zA-Z-]+\)/y
const opening = /\((?:\?(?:P?<[^>]{0,200}>|[a-zA-Z-]*:))?/y

const follow = (level: Level, states: number): void => {
  level.sum += states
  level.last = states
}

const repeat = (level: Level, times: number): void => {
  level.sum += level.last * (times - 1)
  level.last *= times
}

/**
 * A number of states that the program of a pattern has at least, or more than `enough`, without making it: a few characters may say that a thousand
 * things are repeated a thousand times. Of a text that is no pattern it says nothing.
 */
export const leastStates = (pattern: string, enough: number): number => {
  const levels: Level[] = [{ sum: 0, most: 0, last: 0 }]
  const matched = (part: RegExp, at: number): RegExpExecArray | null => {
    part.lastIndex = at
    return part.exec(pattern)
  }
  for (let at = 0; at < pattern.length;) {
    const level = levels.at(-1) as Level
    if (level.sum > enough) return level.sum
    const opened = pattern[at] === '(' ? (matched(flags, at) ?? matched(opening, at)) : null
    if (opened) {
      if (!opened[0].endsWith(')')) levels.push({ sum: 0, most: 0, last: 0 })
      at += opened[0].length
    } else if (pattern[at] === ')' || pattern[at] === '|') {
      if (pattern[at] === ')' && levels.length > 1) {
        levels.pop()
        follow(levels.at(-1) as Level, Math.max(level.sum, level.most))
      } else Object.assign(level, { sum: 0, most: Math.max(level.sum, level.most), last: 0 })
      at++
    } else {
      for (const [part, read] of parts) {
        const found = matched(part, at)
        if (!found) continue
        // A class that does not end: this is no pattern, and each of its brackets would be looked for to the end.
        if (found[0] === '[') return largest(levels)
        read(level, found)
        at += found[0].length
        break
      }
    }
  }
  return largest(levels)
}

const largest = (levels: readonly Level[]): number => Math.max(...levels.map(({ sum, most }) => Math.max(sum, most)))

/** Classes of Unicode's characters are hundreds of ranges each, which are all gone through. */
const mostClasses = 200

/**
 * Whether a pattern in Go's syntax is known to have more states than these, before half a second is spent on its program; `false` where only that
 * would tell.
 */
export const hasMoreStates = (pattern: string, most: number): boolean =>
  (pattern.match(/\\[pP]/g)?.length ?? 0) > mostClasses || leastStates(pattern, most) > most
