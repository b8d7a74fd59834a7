/** Reads what a `ByteWriter` wrote. Throws `NoFrame` at the first thing that cannot be. */
export interface ByteReader {
  readonly left: number
  byte(): number
  /** A whole number, at most `most`. */
  count(most?: number): number
  text(): string
  /** A view of the next bytes. */
  bytes(length: number): Buffer
}

/** These bytes are no frame. */
export class NoFrame extends Error {
  override readonly name = 'NoFrame'
}

/** Names of Kubernetes are shorter. */
const longestText = 1024

export const byteReader = (buffer: Buffer): ByteReader => {
  let at = 0
  const byte = (): number => {
    const value = buffer[at++]
    if (value === undefined) throw new NoFrame('it ends too early')
    return value
  }
  const count = (most = Number.MAX_SAFE_INTEGER): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const next = byte()
      value += (next & 0x7f) * scale
      if (value > most) throw new NoFrame('a number is too large')
      if (next < 0x80) return value
      if (scale > 2 ** 49) throw new NoFrame('a number does not end')
    }
  }
  const bytes = (length: number): Buffer => {
    if (at + length > buffer.length) throw new NoFrame('it ends too early')
    at += length
    return buffer.subarray(at - length, at)
  }
  return {
    get left() {
      return buffer.length - at
    },
    byte,
    count,
    bytes,
    text: () => bytes(count(longestText)).toString('utf8'),
  }
}
