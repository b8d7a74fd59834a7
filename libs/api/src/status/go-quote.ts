const short: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
}

const escape = (character: string): string => {
  const code = character.codePointAt(0) ?? 0
  return (
    short[character] ??
    (code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`)
  )
}

/** Text in double quotes as Go's `%q` prints it; Kubernetes' messages quote names and values this way. */
export const goQuote = (text: string): string =>
  `"${text.replace(/["\\\x00-\x1f\x7f\u0080-\u00a0\u00ad\u2028\u2029\ufeff]/g, escape)}"`
