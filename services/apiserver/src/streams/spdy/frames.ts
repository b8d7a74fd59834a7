/**
 * SPDY/3.1 frames as a server of Kubernetes' streams needs them: without server push and without flow control, which Go's
 * implementation has neither.
 */
export type Frame =
  | { readonly tag: 'Open'; readonly id: number; readonly last: boolean; readonly headers: Buffer }
  | { readonly tag: 'Data'; readonly id: number; readonly last: boolean; readonly data: Buffer }
  | { readonly tag: 'Reset'; readonly id: number }
  | { readonly tag: 'Ping'; readonly raw: Buffer }
  | { readonly tag: 'GoAway' }
  | { readonly tag: 'Other' }

const kinds = { open: 1, reply: 2, reset: 3, ping: 6, goAway: 7 } as const
const lastFlag = 0x01

const control = (kind: number, payload: Buffer): Buffer => {
  const head = Buffer.alloc(8)
  head.writeUInt16BE(0x8003, 0)
  head.writeUInt16BE(kind, 2)
  head.writeUInt32BE(payload.length, 4)
  return Buffer.concat([head, payload])
}

/** Collects bytes into frames; what is incomplete waits for the next chunk. */
export const frameReader = (): ((chunk: Buffer) => readonly Frame[]) => {
  let pending: Buffer = Buffer.alloc(0)
  return chunk => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    const frames: Frame[] = []
    for (let size = sizeOf(pending); size <= pending.length; size = sizeOf(pending)) {
      frames.push(frameOf(pending.subarray(0, size)))
      pending = pending.subarray(size)
    }
    return frames
  }
}

const sizeOf = (bytes: Buffer): number => (bytes.length < 8 ? Infinity : 8 + bytes.readUIntBE(5, 3))

const frameOf = (raw: Buffer): Frame => {
  const payload = raw.subarray(8)
  const last = (raw.readUInt8(4) & lastFlag) !== 0
  const id = (bytes: Buffer): number => (bytes.length < 4 ? 0 : bytes.readUInt32BE(0) & 0x7fffffff)
  if (raw.readUInt8(0) < 0x80) return { tag: 'Data', id: id(raw), last, data: payload }
  switch (raw.readUInt16BE(2)) {
    case kinds.open:
      // The associated stream (4 bytes) and the priority (2) say nothing here.
      return { tag: 'Open', id: id(payload), last, headers: payload.subarray(10) }
    case kinds.reset:
      return { tag: 'Reset', id: id(payload) }
    case kinds.ping:
      return { tag: 'Ping', raw }
    case kinds.goAway:
      return { tag: 'GoAway' }
    default:
      return { tag: 'Other' }
  }
}

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/**
 * Accepts streams of one connection. Each reply has an empty header block; the blocks form one zlib stream, of stored parts,
 * each closed by an empty one, which is when Go's inflater hands out what came before.
 */
export const replyWriter = (): ((id: number) => Buffer) => {
  let begun = false
  const noHeaders = Buffer.from([0, 4, 0, 0xfb, 0xff, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff])
  return id => {
    const start = begun ? Buffer.alloc(0) : Buffer.from([0x78, 0x01])
    begun = true
    return control(kinds.reply, Buffer.concat([word(id), start, noHeaders]))
  }
}

export const dataFrame = (id: number, data: Buffer, last: boolean): Buffer => {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(id, 0)
  head.writeUInt32BE(((last ? lastFlag : 0) << 24) | data.length, 4)
  return Buffer.concat([head, data])
}

/** Status 5: this end is no longer interested. */
export const resetFrame = (id: number): Buffer => control(kinds.reset, Buffer.concat([word(id), word(5)]))
