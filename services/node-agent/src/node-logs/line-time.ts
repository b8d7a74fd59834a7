/** What says a time at the beginning of a line: our own logs and containerd's, then NATS' and Redis', in the machine's own time. */
const forms: readonly (readonly [pattern: RegExp, text: (found: RegExpExecArray) => string])[] = [
  [/^\{"time":"([^"]+)"/, ([, time = '']) => time],
  [/^time="([^"]+)"/, ([, time = '']) => time],
  [/^\[\d+\] (\d{4})\/(\d\d)\/(\d\d) ([\d:.]+) /, ([, year, month, day, time]) => `${year}-${month}-${day}T${time}`],
  [/^\d+:[A-Z] (\d\d [A-Z][a-z]{2} \d{4} [\d:.]+) /, ([, time = '']) => time],
]

/** When a line was written, in milliseconds since the epoch; `undefined` where it does not say so. */
export const lineTime = (line: string): number | undefined => {
  for (const [pattern, textOf] of forms) {
    const found = pattern.exec(line)
    const time = found ? Date.parse(textOf(found)) : NaN
    if (!Number.isNaN(time)) return time
  }
  return undefined
}
