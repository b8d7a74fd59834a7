/** A message as protocol buffers' text format writes it: the values of each field, in their order. */
export type Message = ReadonlyMap<string, readonly Field[]>
export type Field = Message | { readonly word: string } | { readonly text: Buffer }

const word = /(?:\s|#[^\n]*)*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[-\w.+/]+|[{}:<>[\],;]|$)/y

/** Reads text format, as far as CEL's vectors use it. */
export const parseTextproto = (source: string): Message => {
  let at = 0
  const peek = (): string => {
    word.lastIndex = at
    return word.exec(source)?.[1] ?? ''
  }
  const take = (): string => {
    const found = peek()
    at = word.lastIndex
    return found
  }
  const name = (): string => {
    const first = take()
    if (first !== '[') return first
    let inner = ''
    for (let part = take(); part !== ']'; part = take()) inner += part
    return `[${inner}]`
  }
  const value = (): Field => {
    const first = peek()
    if (first === '{' || first === '<') {
      take()
      return message()
    }
    if (!/^["']/.test(first)) return { word: take() }
    const parts: Buffer[] = []
    while (/^["']/.test(peek())) parts.push(unquoted(take().slice(1, -1)))
    return { text: Buffer.concat(parts) }
  }
  const message = (): Message => {
    const fields = new Map<string, Field[]>()
    for (;;) {
      const next = peek()
      if (next === '' || next === '}' || next === '>') {
        take()
        return fields
      }
      if (next === ',' || next === ';') {
        take()
        continue
      }
      const key = name()
      if (peek() === ':') take()
      const known = fields.get(key) ?? []
      if (peek() === '[') {
        take()
        while (peek() !== ']') {
          if (peek() === ',') take()
          else known.push(value())
        }
        take()
      } else known.push(value())
      fields.set(key, known)
    }
  }
  return message()
}

const simple: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', a: '\u0007', b: '\b', f: '\f', v: '\v' }

const unquoted = (text: string): Buffer => {
  const parts: Buffer[] = []
  for (const [whole, hex, octal, short, long, other] of text.matchAll(
    /\\x([\da-fA-F]{1,2})|\\([0-7]{1,3})|\\u([\da-fA-F]{4})|\\U([\da-fA-F]{8})|\\(.)|[^\\]+/gs,
  )) {
    if (hex !== undefined) parts.push(Buffer.from([Number.parseInt(hex, 16)]))
    else if (octal !== undefined) parts.push(Buffer.from([Number.parseInt(octal, 8)]))
    else if (short !== undefined || long !== undefined)
      parts.push(Buffer.from(String.fromCodePoint(Number.parseInt(short ?? long ?? '', 16))))
    else if (other !== undefined) parts.push(Buffer.from(simple[other] ?? other))
    else parts.push(Buffer.from(whole))
  }
  return Buffer.concat(parts)
}
