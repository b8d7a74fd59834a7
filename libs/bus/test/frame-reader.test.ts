import assert from 'node:assert/strict'
import fc from 'fast-check'
import { FrameReader } from '../src/wire/frame-reader.ts'

interface Sent {
  readonly subject: string
  readonly reply: string
  readonly headers: string
  readonly body: string
}

const wire = (one: Sent | string): Buffer => {
  if (typeof one === 'string') return Buffer.from(`${one}\r\n`)
  const { subject, reply, headers, body } = one
  const lengths = headers === '' ? [body.length] : [headers.length, headers.length + body.length]
  const line = [headers === '' ? 'MSG' : 'HMSG', subject, '1', ...(reply === '' ? [] : [reply]), ...lengths].join(' ')
  return Buffer.from(`${line}\r\n${headers}${body}\r\n`)
}

/** Everything that a reader finds when it is given these pieces. */
const read = (pieces: readonly Buffer[]): readonly (Sent | string)[] => {
  const found: (Sent | string)[] = []
  const reader = new FrameReader(
    ({ bytes, subject, subjectEnd, reply, replyEnd, headers, body, end }) => {
      const text = (from: number, to: number): string => bytes.toString('latin1', from, to)
      found.push({
        subject: text(subject, subjectEnd),
        reply: text(reply, replyEnd),
        headers: text(headers, body),
        body: text(body, end),
      })
    },
    line => found.push(line),
  )
  for (const piece of pieces) reader.take(piece)
  return found
}

const token = fc.stringMatching(/^[a-z$.]{1,12}$/)
const parts = {
  subject: token,
  reply: fc.oneof(fc.constant(''), token),
  headers: fc.oneof(fc.constant(''), fc.stringMatching(/^NATS[/\r\n A-Z:]{0,40}$/)),
  // Bodies look like the protocol, as those of its enemies do.
  body: fc.oneof(fc.stringMatching(/^[HMSG PING\r\n0-9]{0,60}$/), fc.constant('x'.repeat(20_000))),
}
const message = fc.record(parts, { noNullPrototype: true })
const line = fc.constantFrom('PING', 'PONG', '+OK', 'INFO {"a": 1}', "-ERR 'no'")

describe('what comes from a NATS server', () => {
  it('is read the same in whatever pieces it comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(message, line), { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }),
        (sent, lengths) => {
          const all = Buffer.concat(sent.map(wire))
          const pieces: Buffer[] = []
          // Large bodies come in large pieces, or this would take forever.
          for (let at = 0, i = 0; at < all.length; i++) {
            const length = (lengths[i % lengths.length] ?? 1) * (all.length > 10_000 ? 50 : 1)
            pieces.push(all.subarray(at, at + length))
            at += length
          }
          assert.deepEqual(read([all]), sent)
          assert.deepEqual(read(pieces), sent)
        },
      ),
    )
  })

  it('is refused where it is no protocol of NATS', () => {
    assert.throws(() => read([Buffer.from('MSG a 1 many\r\n')]), /a number/)
    assert.throws(() => read([Buffer.alloc(2 * 1024 * 1024, 'x')]), /does not end/)
  })
})
