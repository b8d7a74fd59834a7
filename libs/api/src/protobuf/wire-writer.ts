/** Writes the wire form of protobuf. A nested message is written by its own writer and put in as bytes. */
export class WireWriter {
  private readonly parts: Uint8Array[] = []
  private length = 0

  private push(part: Uint8Array): void {
    this.parts.push(part)
    this.length += part.length
  }

  private rawVarint(value: bigint): void {
    const bytes: number[] = []
    let rest = BigInt.asUintN(64, value)
    while (rest > 0x7fn) {
      bytes.push(Number(rest & 0x7fn) | 0x80)
      rest >>= 7n
    }
    bytes.push(Number(rest))
    this.push(Uint8Array.from(bytes))
  }

  varint(number: number, value: bigint): void {
    this.rawVarint(BigInt(number) << 3n)
    this.rawVarint(value)
  }

  delimited(number: number, value: Uint8Array): void {
    this.rawVarint((BigInt(number) << 3n) | 2n)
    this.rawVarint(BigInt(value.length))
    this.push(value)
  }

  text(number: number, value: string): void {
    this.delimited(number, Buffer.from(value, 'utf8'))
  }

  double(number: number, value: number): void {
    this.rawVarint((BigInt(number) << 3n) | 1n)
    const eight = Buffer.alloc(8)
    eight.writeDoubleLE(value)
    this.push(eight)
  }

  finish(): Buffer {
    return Buffer.concat(this.parts, this.length)
  }
}
