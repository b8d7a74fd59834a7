/** What selector text is made of. `word` is a key, a value, `in` or `notin`: which, only the parser knows. */
export interface Token {
  readonly type: 'word' | 'symbol' | 'end'
  readonly text: string
}

const parts = /==|!=|[=!(),><]|[^=!(),>< \t\r\n]+/g
const symbol = /^[=!(),><]/

/** The tokens of selector text, ending with `end`. Everything that is neither a symbol nor space belongs to a word. */
export const tokensOf = (text: string): readonly Token[] => [
  ...(text.match(parts) ?? []).map((part): Token => ({ type: symbol.test(part) ? 'symbol' : 'word', text: part })),
  { type: 'end', text: '' },
]
