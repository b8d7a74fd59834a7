/** What selector text is made of. `word` is a key, a value, `in` or `notin`: which, only the parser knows. */
export interface Token {
  readonly type: 'word' | 'symbol' | 'end'
  readonly text: string
}

/** Takes the tokens of a text from its beginning; at its end there is `end`, again and again. */
export interface TokenReader {
  peek(): Token
  next(): Token
}

const part = /==|!=|[=!(),><]|[^=!(),>< \t\r\n]+/g
const symbol = /^[=!(),><]/
const end: Token = { type: 'end', text: '' }

/** The tokens of selector text, each found when it is asked for. Everything that is neither a symbol nor space belongs to a word. */
export const tokenReader = (text: string): TokenReader => {
  const parts = text.matchAll(part)
  const find = (): Token => {
    const found = parts.next()
    if (found.done) return end
    const [word] = found.value
    return { type: symbol.test(word) ? 'symbol' : 'word', text: word }
  }
  let coming = find()
  return {
    peek: () => coming,
    next: () => {
      const token = coming
      coming = find()
      return token
    },
  }
}
