/** What selector text is made of. `word` is a key, a value, `in` or `notin`: which, only the parser knows. */
export interface Token {
  readonly type: 'word' | 'symbol' | 'end'
  readonly text: string
}

const symbols = new Set(['!', '=', '==', '!=', '(', ')', ',', '>', '<'])
const special = /[=!(),><]/
const space = /[ \t\r\n]/

/** The tokens of selector text, ending with `end`. Everything that is neither a symbol nor space belongs to a word. */
export const tokensOf = (text: string): readonly Token[] => {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const character = text.charAt(at)
    if (space.test(character)) at++
    else if (special.test(character)) {
      const pair = text.slice(at, at + 2)
      const symbol = pair.length === 2 && symbols.has(pair) ? pair : character
      tokens.push({ type: 'symbol', text: symbol })
      at += symbol.length
    } else {
      const start = at
      while (at < text.length && !special.test(text.charAt(at)) && !space.test(text.charAt(at))) at++
      tokens.push({ type: 'word', text: text.slice(start, at) })
    }
  }
  tokens.push({ type: 'end', text: '' })
  return tokens
}
