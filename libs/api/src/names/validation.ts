/** What is wrong with a value, in Kubernetes' words, one text per broken rule; empty when nothing is. */
export type Complaints = readonly string[]

/** `must be no more than <n> bytes`. */
export const maxLengthText = (bytes: number): string => `must be no more than ${bytes} bytes`

/** The same of names: Kubernetes 1.35 counts their bytes, too, and calls them characters. */
export const maxNameText = (bytes: number): string => `must be no more than ${bytes} characters`

/** A rule with the pattern behind it: `<rule> (e.g. 'a', or 'b', regex used for validation is '<pattern>')`. */
export const patternText = (rule: string, pattern: string, ...examples: readonly string[]): string => {
  const usedFor = `regex used for validation is '${pattern}')`
  if (examples.length === 0) return `${rule} (${usedFor}`
  return `${rule} (e.g. ${examples.map(example => `'${example}', `).join(' or ')}${usedFor}`
}

/** A rule over a whole text: a pattern and, where `maxBytes` is given, a length, of which `lengthText` tells. */
export const patternRule = (
  rule: string,
  pattern: string,
  examples: readonly string[],
  maxBytes = Infinity,
  lengthText = maxLengthText,
): ((value: string) => Complaints) => {
  const whole = new RegExp(`^(?:${pattern})$`)
  const broken = patternText(rule, pattern, ...examples)
  const none: Complaints = []
  return value => {
    const long = value.length > maxBytes
    // Nothing unbounded goes through a pattern with nested repetition.
    const matches = value.length <= 4096 && whole.test(value)
    if (!long && matches) return none
    return [...(long ? [lengthText(maxBytes)] : []), ...(matches ? [] : [broken])]
  }
}
