/**
 * SPDY/3.1 frames, as far as Kubernetes' streams use them: draft-mbelshe-httpbis-spdy-00 without server push and without flow
 * control, which Go's implementation has neither. Header blocks of the other side are not read: they say nothing here.
 */
export type Frame =
  | { readonly type: 'data'; readonly streamId: number; readonly fin: boolean; readonly data: Buffer }
  | { readonly type: 'reply'; readonly streamId: number }
  | { readonly type: 'reset'; readonly streamId: number }
  | { readonly type: 'ping'; readonly raw: Buffer }
  | { readonly type: 'goaway' }
  | { readonly type: 'other' }

const version = 3
const kinds = { synStream: 1, synReply: 2, reset: 3, ping: 6, goaway: 7 } as const
const fin = 0x01

const control = (kind: number, flags: number, payload: Buffer): Buffer => {
  const head = Buffer.alloc(8)
  head.writeUInt16BE(0x8000 | version, 0)
  head.writeUInt16BE(kind, 2)
  head.writeUInt32BE((flags << 24) | payload.length, 4)
  return Buffer.concat([head, payload])
}

/** An empty stored block, as a compressor writes to flush: only then does Go's inflater hand out what came before. */
const flushMark = Buffer.from([0, 0, 0, 0xff, 0xff])

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/**
 * Writes header blocks of one connection. They form one zlib stream; blocks are stored, not compressed, which every inflater
 * takes, needs no preset dictionary, and lets each frame be built without waiting for a compressor to flush.
 */
export const headerWriter = (): ((headers: Readonly<Record<string, string>>) => Buffer) => {
  let started = false
  return headers => {
    const pairs = Object.entries(headers).flatMap(([name, value]) =>
      [name.toLowerCase(), value].flatMap(text => [word(Buffer.byteLength(text)), Buffer.from(text)]),
    )
    const block = Buffer.concat([word(Object.keys(headers).length), ...pairs])
    const stored = Buffer.alloc(5)
    stored.writeUInt16LE(block.length, 1)
    stored.writeUInt16LE(~block.length & 0xffff, 3)
    const start = started ? Buffer.alloc(0) : Buffer.from([0x78, 0x01])
    started = true
    return Buffer.concat([start, stored, block, flushMark])
  }
}

export const synStream = (streamId: number, headerBlock: Buffer): Buffer =>
  control(kinds.synStream, 0, Buffer.concat([word(streamId), word(0), Buffer.alloc(2), headerBlock]))

export const dataFrame = (streamId: number, data: Buffer, last: boolean): Buffer => {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(streamId, 0)
  head.writeUInt32BE(((last ? fin : 0) << 24) | data.length, 4)
  return Buffer.concat([head, data])
}

/** Status 5: this side is no longer interested. */
export const cancelStream = (streamId: number): Buffer =>
  control(kinds.reset, 0, Buffer.concat([word(streamId), word(5)]))

/** Collects bytes into frames. */
export const frameReader = (): ((chunk: Buffer) => Frame[]) => {
  let pending: Buffer = Buffer.alloc(0)
  return chunk => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    const frames: Frame[] = []
    while (pending.length >= 8) {
      const size = 8 + pending.readUIntBE(5, 3)
      if (pending.length < size) break
      frames.push(frameOf(pending.subarray(0, size)))
      pending = pending.subarray(size)
    }
    return frames
  }
}

const frameOf = (raw: Buffer): Frame => {
  const payload = raw.subarray(8)
  const last = (raw[4]! & fin) !== 0
  if ((raw[0]! & 0x80) === 0) return { type: 'data', streamId: raw.readUInt32BE(0), fin: last, data: payload }
  const kind = raw.readUInt16BE(2)
  if (kind === kinds.synReply) return { type: 'reply', streamId: payload.readUInt32BE(0) & 0x7fffffff }
  if (kind === kinds.reset) return { type: 'reset', streamId: payload.readUInt32BE(0) & 0x7fffffff }
  if (kind === kinds.ping) return { type: 'ping', raw }
  if (kind === kinds.goaway) return { type: 'goaway' }
  return { type: 'other' }
}
