import assert from 'node:assert/strict'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { E, nanoTimeText } from '@periplus/prelude'
import { decodeFrame, encodeFrame, longestLine } from '../src/index.ts'
import type { LogFrame, LogRecord } from '../src/index.ts'
import { frameOf, right, runOf } from '../src/contract.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 40 })
const nanos = fc.bigInt({ min: 0n, max: 2n ** 62n })
const count = fc.integer({ min: 0, max: 2 ** 50 })
const run = fc.record(
  { node: text, namespace: text, pod: text, podUid: text, container: text, restart: fc.nat() },
  { noNullPrototype: true },
)
const reason = fc.constantFrom('Quota', 'Truncated', 'Rotated', 'Unreadable', 'Missing', 'Expired')
const losses = fc.uniqueArray(fc.record({ reason, lines: count, bytes: count }, { noNullPrototype: true }), {
  selector: loss => loss.reason,
})
const line = fc.record({
  stream: fc.constantFrom('stdout', 'stderr'),
  time: nanos,
  skipped: fc.oneof(fc.constant(0), fc.nat(1000)),
  isPartial: fc.boolean(),
  bytes: fc.oneof(fc.uint8Array({ maxLength: 50 }), fc.uint8Array({ minLength: 600, maxLength: 3000 })),
})

const frame = fc
  .record({
    run,
    ...{ objectSequence: count, from: count, atEnd: fc.nat(5), losses, ended: fc.boolean() },
    rule: fc.constantFrom(undefined, 'java', 'python', 'go', 'node'),
    lines: fc.array(line, { maxLength: 30 }),
  })
  .map(({ run, objectSequence, from, atEnd, losses, ended, rule, lines }): LogFrame => {
    let next = from
    const about = { ...run, objectSequence, ...(rule ? { rule } : {}) }
    const records = lines.map(({ skipped, isPartial, ...rest }): LogRecord => {
      const number = next + skipped
      next = number + 1
      return { ...about, ...rest, number, ...(isPartial ? { partial: true } : {}) } as LogRecord
    })
    return { ...{ run, objectSequence, from, to: next - 1 + atEnd, records, losses, ended }, ...(rule ? { rule } : {}) }
  })

const plain = ({ records, ...rest }: LogFrame): unknown => ({
  ...rest,
  records: records.map(record => ({ ...record, bytes: [...record.bytes] })),
})

describe('frames', () => {
  it('can be read back, whatever is in them', () => {
    fc.assert(
      fc.property(frame, each => assert.deepEqual(plain(right(decodeFrame(encodeFrame(each).bytes))), plain(each))),
    )
  })

  it('are refused with a reason, and never anything worse, where a byte is wrong or missing', () => {
    fc.assert(
      fc.property(frame, fc.nat(), fc.nat(255), fc.boolean(), (each, where, value, cut) => {
        const bytes = Buffer.from(encodeFrame(each).bytes)
        const at = where % bytes.length
        if (cut) return assert.ok(E.isLeft(decodeFrame(bytes.subarray(0, at))))
        bytes[at] = value
        decodeFrame(bytes)
      }),
    )
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), bytes => void decodeFrame(bytes)))
  })

  it('are small where lines are alike', () => {
    const { bytes } = frameOf(runOf(), 1, 1000)
    assert.ok(bytes.length < 6000, `${bytes.length} bytes for 1,000 lines`)
  })

  it('hold a line of a mebibyte of any bytes', () => {
    const bytes = Buffer.alloc(
      longestLine,
      Uint8Array.from({ length: 997 }, (_, i) => (i * 7919) % 256),
    )
    const record = { ...runOf(), stream: 'stderr', time: 5n, number: 1, objectSequence: 0, bytes } as const
    const encoded = encodeFrame({
      ...{ run: runOf(), objectSequence: 0, from: 1, to: 1, losses: [], ended: false },
      records: [record],
    })
    assert.ok(bytes.equals(right(decodeFrame(encoded.bytes)).records[0]?.bytes ?? Buffer.alloc(0)))
  })

  it('do not inflate to more than they say, nor to more than a frame may have', () => {
    const bomb = deflateRawSync(Buffer.alloc(64 * 2 ** 20))
    const header = Buffer.from(frameOf(runOf(), 1, 0).bytes)
    const claiming = (size: readonly number[]): Buffer => {
      const bytes = Buffer.concat([header.subarray(0, -2), Buffer.from([1, ...size]), bomb])
      bytes[1] = 1
      return bytes
    }
    assert.deepEqual(decodeFrame(claiming([10])), E.left('its rows cannot be inflated'))
    assert.deepEqual(decodeFrame(claiming([0x80, 0x80, 0x80, 0x20])), E.left('a number is too large'))
  })
})

describe('times', () => {
  it('are written with their nanoseconds', () => {
    assert.equal(nanoTimeText(1_767_323_045_000_000_089n), '2026-01-02T03:04:05.000000089Z')
  })
})
