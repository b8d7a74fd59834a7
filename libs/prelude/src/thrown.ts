/** Messages of the language itself, which name nothing of what was being worked on. */
const ownWords = [
  'Invalid time value',
  'Invalid array length',
  'Invalid string length',
  'Maximum call stack size exceeded',
  'Cannot mix BigInt and other types, use explicit conversions',
  'Cannot convert undefined or null to object',
  'Cannot read properties of undefined',
  'Cannot read properties of null',
]

/**
 * What was thrown, in words that may be shown to anybody: its type, and its message where that cannot hold a piece of an
 * object's content. The rest of a message may quote a Secret.
 */
export const thrownText = (error: unknown): string => {
  if (!(error instanceof Error)) return 'something that is no Error'
  const words = ownWords.find(text => error.message.startsWith(text))
  return words === undefined ? error.name : `${error.name}: ${words}`
}

/** Where it was thrown: functions and places in the code, innermost first, without the message. */
export const thrownAt = (error: unknown): string => {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const frames = stack.split('\n').filter(line => /^ {4}at /.test(line))
  return frames
    .slice(0, 12)
    .map(frame => frame.trim())
    .join(' | ')
}

/** The message of what was thrown; it may quote what was being worked on. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
