/** One line of a log file in CRI's format: `<RFC 3339 nanoseconds> <stdout|stderr> <F|P> <text>`. */
export interface LogLine {
  /** As written, with nanoseconds. */
  readonly time: string
  readonly stream: 'stdout' | 'stderr'
  /** With its newline, unless the line was too long for the runtime and goes on in the next entry (`P`). */
  readonly text: string
  readonly partial: boolean
}

/** Reads an entry without its closing newline; `undefined` for what is not one, such as the half of an entry. */
export const parseLogLine = (entry: string): LogLine | undefined => {
  const first = entry.indexOf(' ')
  const second = entry.indexOf(' ', first + 1)
  const third = entry.indexOf(' ', second + 1)
  if (first < 0 || second < 0) return undefined
  const stream = entry.slice(first + 1, second)
  if (stream !== 'stdout' && stream !== 'stderr') return undefined
  const tags = third < 0 ? entry.slice(second + 1) : entry.slice(second + 1, third)
  const partial = tags.split(':').includes('P')
  const text = third < 0 ? '' : entry.slice(third + 1)
  return { time: entry.slice(0, first), stream, text: partial ? text : `${text}\n`, partial }
}
