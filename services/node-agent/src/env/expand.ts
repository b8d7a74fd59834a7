/**
 * Kubernetes' `$(NAME)` expansion: a known name is replaced, an unknown reference is left as written, `$$` is a literal `$`.
 * What was put in is not expanded again.
 */
export const expand = (text: string, lookup: (name: string) => string | undefined): string => {
  let result = ''
  for (let at = 0; at < text.length; at++) {
    const next = text[at + 1]
    if (text[at] !== '$' || next === undefined) result += text[at]
    else if (next === '$') {
      result += '$'
      at++
    } else if (next === '(' && text.indexOf(')', at) > 0) {
      const end = text.indexOf(')', at)
      const name = text.slice(at + 2, end)
      result += lookup(name) ?? `$(${name})`
      at = end
    } else result += '$'
  }
  return result
}
