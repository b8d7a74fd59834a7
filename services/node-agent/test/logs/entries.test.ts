import assert from 'node:assert/strict'
import fc from 'fast-check'
import { entryCutter } from '../../src/logs/entry-cutter.ts'

const at = (second: number): string => `2026-01-02T03:04:${String(second).padStart(2, '0')}.123456789Z`
const entry = (second: number, text: string, stream = 'stdout', tag = 'F'): string =>
  `${at(second)} ${stream} ${tag} ${text}\n`

interface Seen {
  readonly text: string
  readonly after: number
  readonly time: number
  readonly isStderr: boolean
  readonly isPartial: boolean
}

const cutting = () => {
  const entries: Seen[] = []
  const unreadable: number[] = []
  const cutter = entryCutter({
    entry: ({ source, textStart, end, seconds, nanos, isStderr, isPartial }, after) =>
      void entries.push({
        ...{ text: source.toString('latin1', textStart, end), after, isStderr, isPartial },
        time: seconds + nanos / 1e9,
      }),
    unreadable: bytes => void unreadable.push(bytes),
  })
  return { ...cutter, entries, unreadable }
}

describe('cutting bytes into entries', () => {
  it('keeps an unfinished entry for the next bytes, and counts what is consumed, wherever the bytes are parted', () => {
    const whole = Buffer.from(entry(1, 'héllo') + entry(2, 'x', 'stderr', 'P') + 'no entry\n' + entry(3, ''))
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(whole.length), (one, other) => {
        const cut = cutting()
        const [first, second] = [Math.min(one, other), Math.max(one, other)]
        for (const part of [whole.subarray(0, first), whole.subarray(first, second), whole.subarray(second)])
          cut.take(Buffer.from(part))
        assert.deepEqual(
          cut.entries.map(({ text, isStderr, isPartial }) => [text, isStderr, isPartial]),
          [
            [Buffer.from('héllo').toString('latin1'), false, false],
            ['x', true, true],
            ['', false, false],
          ],
        )
        assert.deepEqual(cut.unreadable, ['no entry\n'.length])
        assert.equal(cut.entries.at(-1)?.after, whole.length)
      }),
    )
  })

  it('reads times of any zone and with any digits, and is not taken in by a zone that changes', () => {
    const cut = cutting()
    const seconds = Date.parse('2026-01-02T03:04:05Z') / 1000
    for (const time of [
      '2026-01-02T03:04:05.5Z',
      '2026-01-02T05:04:05.5+02:00',
      '2026-01-02T03:04:05.5-01:00',
      '2026-01-02T03:04:05Z',
      '1969-01-01T00:00:00.5Z',
    ])
      cut.take(Buffer.from(`${time} stdout F x\n`))
    assert.deepEqual(
      cut.entries.map(({ time }) => time),
      [seconds + 0.5, seconds + 0.5, seconds + 3600.5, seconds, 0],
    )
  })

  it('takes for an entry nothing that is not one, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), bytes => {
        const cut = cutting()
        cut.take(Buffer.concat([Buffer.from(bytes), Buffer.from('\n')]))
        cut.end()
        assert.deepEqual(cut.entries, [])
        assert.equal(
          cut.unreadable.reduce((sum, each) => sum + each, 0),
          bytes.length + 1,
        )
      }),
    )
  })

  it('keeps nothing of what is too long to be an entry, and goes on behind it', () => {
    const cut = cutting()
    const piece = Buffer.alloc(600_000, 'x')
    for (let i = 0; i < 3; i++) cut.take(piece)
    const end = Buffer.from(`tail\n${entry(2, 'after')}`)
    cut.take(end)
    assert.deepEqual(
      cut.entries.map(({ text, after }) => [text, after]),
      [['after', 1_800_000 + end.length]],
    )
    assert.deepEqual(cut.unreadable, [1_800_005])
  })
})
