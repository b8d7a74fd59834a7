/** An answer of Redis (RESP2). */
export type Reply =
  | { readonly tag: 'Text'; readonly bytes: Buffer }
  | { readonly tag: 'Error'; readonly message: string }
  | { readonly tag: 'List'; readonly replies: readonly Reply[] }

const crlf = Buffer.from('\r\n')

/** A command as Redis takes it. */
export const commandBytes = (words: readonly (string | Uint8Array)[]): readonly Uint8Array[] => {
  const parts: Uint8Array[] = [Buffer.from(`*${words.length}\r\n`)]
  for (const word of words) {
    const bytes = typeof word === 'string' ? Buffer.from(word) : word
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, crlf)
  }
  return parts
}

/** The first `count` replies of what has come; `undefined` while there are fewer. Throws at what is no reply. */
export const repliesIn = (received: Buffer, count: number): readonly Reply[] | undefined => {
  let at = 0
  const line = (): string | undefined => {
    const end = received.indexOf('\r\n', at)
    if (end < 0) return undefined
    const text = received.toString('utf8', at, end)
    at = end + 2
    return text
  }
  const lengthOf = (text: string): number => {
    const length = Number(text.slice(1))
    if (!Number.isInteger(length) || length < -1) throw new Error('what came is no answer of Redis')
    return length
  }
  const several = (length: number, deep: number): readonly Reply[] | undefined => {
    const replies: Reply[] = []
    for (let i = 0; i < length; i++) {
      const reply = one(deep)
      if (reply === undefined) return undefined
      replies.push(reply)
    }
    return replies
  }
  const one = (deep: number): Reply | undefined => {
    const text = line()
    if (text === undefined) return undefined
    switch (text[0]) {
      case '+':
      case ':':
        return { tag: 'Text', bytes: Buffer.from(text.slice(1)) }
      case '-':
        return { tag: 'Error', message: text.slice(1) }
      case '$': {
        const length = lengthOf(text)
        if (length < 0) return { tag: 'Text', bytes: Buffer.alloc(0) }
        if (received.length < at + length + 2) return undefined
        const bytes = received.subarray(at, at + length)
        at += length + 2
        return { tag: 'Text', bytes }
      }
      case '*': {
        if (deep > 2) throw new Error('what came is no answer of Redis')
        const replies = several(Math.max(0, lengthOf(text)), deep + 1)
        return replies && { tag: 'List', replies }
      }
      default:
        throw new Error('what came is no answer of Redis')
    }
  }
  return several(count, 0)
}
