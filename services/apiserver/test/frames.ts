/** Frames of HTTP/2 (RFC 9113), as a client writes them that has no library to keep it from anything. */
export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

export const frameType = { headers: 1, reset: 3, settings: 4, goaway: 7, continuation: 9 } as const
export const endStream = 0x1
export const endHeaders = 0x4

export const frame = (type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer => {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** RFC 7541: a field of the static table with a value of fewer than 127 bytes. */
const field = (name: number, value: string): Buffer =>
  Buffer.concat([Buffer.from([name, value.length]), Buffer.from(value)])

const [getMethod, httpsScheme, pathName, authorityName] = [0x82, 0x87, 0x04, 0x01]

/** A whole request without a body. */
export const get = (stream: number, path: string): Buffer =>
  frame(
    frameType.headers,
    endStream | endHeaders,
    stream,
    Buffer.concat([Buffer.from([getMethod, httpsScheme]), field(pathName, path), field(authorityName, 'x')]),
  )

/** No stream of the other side was seen, and there is no error. */
export const goaway = frame(frameType.goaway, 0, 0, Buffer.alloc(8))

export interface Heard {
  readonly type: number
  readonly flags: number
  readonly stream: number
}

/** The frames that have come whole, without what they carry. */
export const framesIn = (bytes: Buffer): readonly Heard[] => {
  const heard: Heard[] = []
  for (let at = 0; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3))
    if (at + 9 + bytes.readUIntBE(at, 3) <= bytes.length)
      heard.push({
        type: bytes.readUInt8(at + 3),
        flags: bytes.readUInt8(at + 4),
        stream: bytes.readUInt32BE(at + 5),
      })
  return heard
}
