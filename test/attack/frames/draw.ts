import type { Random } from '@periplus/prelude'
import { pick } from '../extreme/values.ts'
import { mutatedBytes } from '../requests/text.ts'

const type = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  promise: 5,
  ping: 6,
  goaway: 7,
  window: 8,
  continuation: 9,
} as const
const [endStream, endHeaders, padded] = [0x1, 0x4, 0x8]
/** What Node takes in one frame. */
const longestPayload = 16_384

const frame = (kind: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer => {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(kind, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

const words = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length)
  values.forEach((value, at) => bytes.writeUInt32BE(value >>> 0, 4 * at))
  return bytes
}

/** RFC 7541, 5.1: what does not fit into a prefix of seven bits goes on in bytes of seven. */
const length = (value: number, flag = 0): Buffer => {
  if (value < 127) return Buffer.from([flag | value])
  const bytes = [flag | 127]
  for (let rest = value - 127; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest])
    bytes.push((rest % 128) | 128)
  }
}
const text = (value: string): Buffer => Buffer.concat([length(value.length), Buffer.from(value, 'latin1')])
const literal = (name: string, value: string): Buffer => Buffer.concat([Buffer.from([0]), text(name), text(value)])
const indexed = (name: number, value: string): Buffer => Buffer.concat([Buffer.from([name]), text(value)])

/** Eight letters `a` in Huffman's code: more than 64 KiB of them come in less. */
const eightLetters = Buffer.from([0x18, 0xc6, 0x31, 0x8c, 0x63])
const longField = (eights: number): Buffer =>
  Buffer.concat([
    Buffer.from([0]),
    text('x-long'),
    length(eights * eightLetters.length, 0x80),
    Buffer.alloc(eights * eightLetters.length, eightLetters),
  ])

const methods = ['GET', 'GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'CONNECT', 'OPTIONS', '']
const configMaps = '/api/v1/namespaces/default/configmaps'
const paths = [
  '/version',
  '/version',
  configMaps,
  `${configMaps}?watch=1`,
  `${configMaps}/a`,
  '/openapi/v2',
  '/nothing',
  '*',
  '',
]

const fieldsOf = (random: Random): Buffer => {
  const oddOnes = [
    (): Buffer => literal('content-length', pick(random, ['0', '1', '10', '4000000', '-1', 'x'])),
    (): Buffer => literal('expect', pick(random, ['100-continue', 'x'])),
    (): Buffer => literal('connection', 'close'),
    (): Buffer => literal('Upper', 'x'),
    (): Buffer => literal(':path', '/twice'),
    (): Buffer => literal(':protocol', 'websocket'),
    (): Buffer => literal('te', 'trailers'),
    (): Buffer => literal('content-type', 'application/json'),
    (): Buffer => literal('x', '\u0000'),
    (): Buffer =>
      Buffer.concat(Array.from({ length: pick(random, [100, 127, 140]) }, (_, at) => literal(`x-${at}`, 'y'))),
    (): Buffer => longField(pick(random, [100, 10_100, 11_000, 13_000])),
  ]
  return Buffer.concat(Array.from({ length: pick(random, [0, 0, 0, 1, 2]) }, () => pick(random, oddOnes)()))
}

const block = (stream: number, flags: number, fields: Buffer): Buffer => {
  const parts: Buffer[] = []
  for (let at = 0; at === 0 || at < fields.length; at += longestPayload) {
    const last = at + longestPayload >= fields.length ? endHeaders : 0
    const part = fields.subarray(at, at + longestPayload)
    parts.push(
      at === 0 ? frame(type.headers, flags | last, stream, part) : frame(type.continuation, last, stream, part),
    )
  }
  return Buffer.concat(parts)
}

const codes = [0, 0, 0, 0, 0, 0, 1, 2, 5, 7, 8, 11, 0xffffffff]
const sizes = [0, 1, 100, 65_535, 0x7fffffff, 0xffffffff]

/** What the last PING says: it is said back once everything before it was read. */
export const lastWord = Buffer.from('the end!')

/** Frames of a client that opens streams in order, and knows which it has: all that it says on one connection. */
export const drawFrames = (random: Random): readonly Buffer[] => {
  let next = 1
  /** Those that have said nothing of their end. */
  const open: number[] = []
  /** Of a stream that it has not, or that has ended, much ends the connection. */
  const odd = (): number => pick(random, [Math.max(1, next - 2), next, 0, 2])
  const some = (): number => (random() < 0.99 ? Math.max(1, next - 2 * Math.ceil(random() * random() * 10)) : odd())
  /** One that more may be said on; which ends it now and then. */
  const going = (flags: number): number => {
    if (open.length === 0 || random() < 0.02) return odd()
    const at = Math.floor(random() * open.length)
    const stream = open[at] ?? 1
    if (flags & endStream) open.splice(at, 1)
    return stream
  }
  const request = (): Buffer => {
    const stream = next
    next += pick(random, [2, 2, 2, 2, 2, 2, 40])
    const pseudo = [
      indexed(0x02, pick(random, methods)),
      Buffer.from([0x87]),
      indexed(0x04, pick(random, paths)),
      indexed(0x01, 'x'),
    ]
    const kept = random() < 0.95 ? pseudo : pseudo.filter(() => random() < 0.7)
    const flags = random() < 0.5 ? endStream : 0
    if (flags === 0) open.push(stream)
    return block(stream, flags, Buffer.concat([...kept, fieldsOf(random)]))
  }
  const data = (): Buffer => {
    const flags = pick(random, [0, 0, endStream])
    return frame(type.data, flags, going(flags), Buffer.alloc(pick(random, [0, 1, 1000, longestPayload]), '{'))
  }
  const makers: readonly (readonly [weight: number, make: () => Buffer])[] = [
    [10, request],
    [4, data],
    [0.3, () => frame(type.data, padded, going(0), Buffer.from([pick(random, [0, 4, 200]), 1, 2, 3, 4]))],
    [1, () => block(going(endStream), endStream, fieldsOf(random))],
    [3, () => frame(type.reset, 0, some(), words(pick(random, codes)))],
    [1, () => frame(type.goaway, 0, 0, words(0, random() < 0.9 ? 0 : pick(random, codes)))],
    [0.3, () => frame(type.window, 0, some(), words(pick(random, sizes)))],
    [1, () => frame(type.ping, pick(random, [0, 0, 1]), 0, Buffer.alloc(8))],
    [
      0.3,
      () =>
        frame(
          type.settings,
          0,
          0,
          Buffer.concat([Buffer.from([0, pick(random, [1, 2, 3, 4, 5, 6, 8, 99])]), words(pick(random, sizes))]),
        ),
    ],
    [1, () => frame(type.settings, 1, 0)],
    [0.2, () => frame(type.priority, 0, some(), Buffer.concat([words(some()), Buffer.from([255])]))],
    [0.2, () => frame(type.promise, endHeaders, some(), words(2))],
    [0.2, () => frame(type.continuation, endHeaders, some())],
    [0.5, () => frame(pick(random, [10, 12, 200]), 0xff, some(), Buffer.alloc(20))],
    // An index that there is not, and a table that is made another size.
    [0.1, () => block(next, endStream, Buffer.from(pick(random, [[0xff, 0xff, 0x01], [0x20], [0x3f, 0xe1, 0x1f]])))],
    [0.1, () => mutatedBytes(request(), random)],
  ]
  const all = makers.reduce((sum, [weight]) => sum + weight, 0)
  const one = (): Buffer => {
    let left = random() * all
    return (makers.find(([weight]) => (left -= weight) < 0) ?? makers[0])?.[1]() ?? Buffer.alloc(0)
  }
  const settings =
    random() < 0.8 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0, 4]), words(pick(random, [0, 1, 1e6]))])
  const greeting = Buffer.concat([
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    frame(type.settings, 0, 0, settings),
  ])
  const said = [greeting, ...Array.from({ length: Math.ceil(random() * 40) }, one), frame(type.ping, 0, 0, lastWord)]
  // Several in one segment, as they are read in one go.
  const segments: Buffer[][] = [[]]
  for (const bytes of said) {
    if (random() < 0.15) segments.push([])
    segments.at(-1)?.push(bytes)
  }
  return segments.map(segment => Buffer.concat(segment))
}
