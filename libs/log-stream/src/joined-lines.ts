import type { LogRecord, MultilineRule } from './record.ts'

const text = (record: LogRecord): string => Buffer.from(record.bytes).subarray(0, 200).toString('latin1')

const indented = /^\s/

/** Whether a line belongs to the one before it, of which the first of all that belong together is `head`. */
const continues: Readonly<Record<MultilineRule, (line: string, head: string, before: string) => boolean>> = {
  java: line => /^(?:\s+(?:at |\.\.\. \d+ more)|Caused by: |\s+Suppressed: )/.test(line),
  // Ends with the line that names the exception, which is not indented.
  python: (line, head, before) =>
    head.startsWith('Traceback (most recent call last):') &&
    (indented.test(line) || indented.test(before) || before === head || line === ''),
  // `goroutine 1 [running]:` and what is below it, lines without indentation included.
  go: (line, head) =>
    /^(?:panic: |fatal error: )/.test(head) &&
    (/^(?:\s|$|goroutine \d+ \[|created by |exit status |\[signal )/.test(line) || isCall(line)),
  node: (line, head) =>
    indented.test(line) && /^\s+(?:at |code:|errno:|syscall:|\[cause\]:|\})/.test(line) && head !== '',
}

/** `main.(*T).run(0x1, 0x2)` */
const isCall = (line: string): boolean => {
  const open = line.indexOf('(', 1)
  return open > 0 && line.endsWith(')') && /^[\w./()*-]+$/.test(line.slice(0, open))
}

/**
 * Records of one run in the order of their numbers, those that belong together by their pod's rule made one: it has the number, the
 * time and the stream of the first. Lines of the other stream in between stay where they are.
 */
export const joinedLines = (records: readonly LogRecord[]): readonly LogRecord[] => {
  const groups: LogRecord[][] = []
  const open = new Map<LogRecord['stream'], LogRecord[]>()
  for (const record of records) {
    const group = open.get(record.stream)
    const [first, last] = [group?.[0], group?.at(-1)]
    if (group && first && last && record.rule && continues[record.rule](text(record), text(first), text(last))) {
      group.push(record)
      continue
    }
    const begun = [record]
    groups.push(begun)
    open.set(record.stream, begun)
  }
  return groups.map(([first, ...rest]) =>
    rest.length === 0 || !first ? (first as LogRecord) : { ...first, bytes: withNewlines([first, ...rest]) },
  )
}

const newline = Buffer.from('\n')

const withNewlines = (records: readonly LogRecord[]): Buffer =>
  Buffer.concat(records.flatMap(({ bytes }, i) => (i === 0 ? [bytes] : [newline, bytes])))
