import assert from 'node:assert/strict'
import { joinedLines } from '../src/joined-lines.ts'
import type { LogRecord, MultilineRule } from '../src/index.ts'
import { runOf } from '../src/contract.ts'

const records = (rule: MultilineRule | undefined, lines: readonly string[]): readonly LogRecord[] =>
  lines.map((line, i) => ({
    ...{ ...runOf(), number: i + 1, time: BigInt(i), objectSequence: 0, ...(rule ? { rule } : {}) },
    ...{ stream: line.startsWith('!') ? ('stderr' as const) : ('stdout' as const), bytes: Buffer.from(line) },
  }))

const joined = (rule: MultilineRule | undefined, lines: readonly string[]): readonly string[] =>
  joinedLines(records(rule, lines)).map(({ number, bytes }) => `${number} ${Buffer.from(bytes).toString()}`)

describe('joining the lines of a stack trace', () => {
  const java = ['up', 'java.io.IOException: no', '\tat a.B.c(B.java:1)', 'Caused by: x', '\t... 3 more', 'on']
  it('leaves all lines apart where no rule is asked for', () => {
    assert.equal(joined(undefined, java).length, java.length)
  })
  it('knows Java', () => {
    assert.deepEqual(joined('java', java), ['1 up', `2 ${java.slice(1, 5).join('\n')}`, '6 on'])
  })
  it('knows Python', () => {
    const trace = [
      'Traceback (most recent call last):',
      '  File "a.py", line 1, in <module>',
      '    f()',
      'ValueError: no',
    ]
    assert.deepEqual(joined('python', ['up', ...trace, 'on', ' x']), ['1 up', `2 ${trace.join('\n')}`, '6 on', '7  x'])
  })
  it('knows Go', () => {
    const trace = ['panic: no', '', 'goroutine 1 [running]:', 'main.main()', '\t/a.go:3 +0x1d', 'exit status 2']
    assert.deepEqual(joined('go', ['up', ...trace, 'on']), ['1 up', `2 ${trace.join('\n')}`, '8 on'])
  })
  it('knows Node', () => {
    const trace = ['Error: no', '    at f (file:///a.js:1:1)', "  code: 'ENOENT'", '}']
    assert.deepEqual(joined('node', [...trace.slice(0, 3), 'on']), [`1 ${trace.slice(0, 3).join('\n')}`, '4 on'])
  })
  it('lets the lines of the other stream be', () => {
    assert.deepEqual(joined('java', ['E', '!other', '\tat x', 'on']), ['1 E\n\tat x', '2 !other', '4 on'])
  })
})
