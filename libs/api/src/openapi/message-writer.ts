/** Writes the wire form of protobuf in the order in which a document is read; a nested message is written by its own writer. */
export class MessageWriter {
  private buffer = Buffer.allocUnsafe(64)
  private length = 0

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + bytes))
    this.buffer.copy(larger, 0, 0, this.length)
    this.buffer = larger
  }

  /** A varint of a number that is not negative and below 2^53: tags and lengths. */
  private small(value: number): void {
    this.reserve(8)
    let rest = value
    while (rest > 0x7f) {
      this.buffer[this.length++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    this.buffer[this.length++] = rest
  }

  varint(number: number, value: bigint): void {
    this.small(number * 8)
    this.reserve(10)
    let rest = BigInt.asUintN(64, value)
    while (rest > 0x7fn) {
      this.buffer[this.length++] = Number(rest & 0x7fn) | 0x80
      rest >>= 7n
    }
    this.buffer[this.length++] = Number(rest)
  }

  delimited(number: number, value: Uint8Array): void {
    this.small(number * 8 + 2)
    this.small(value.length)
    this.reserve(value.length)
    this.buffer.set(value, this.length)
    this.length += value.length
  }

  text(number: number, value: string): void {
    const bytes = Buffer.byteLength(value)
    this.small(number * 8 + 2)
    this.small(bytes)
    this.reserve(bytes)
    this.length += this.buffer.write(value, this.length)
  }

  /** What was written so far; the writer is not to be used afterwards. */
  finish(): Buffer {
    return this.buffer.subarray(0, this.length)
  }
}
