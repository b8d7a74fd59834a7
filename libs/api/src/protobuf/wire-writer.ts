import type { Int64 } from '../int64/int64.ts'

const firstBytes = 16 * 1024
/** What a message of unusual size needed is not kept for the others. */
const keptBytes = 1024 * 1024

const largest = 0x7fff_ffff_ffff_ffffn
const smallest = -0x8000_0000_0000_0000n

/** 64 bits of a whole number; the nearest for one that has more. */
const bitsOf = (value: Int64): bigint => {
  const whole = BigInt(value)
  return BigInt.asUintN(64, whole > largest ? largest : whole < smallest ? smallest : whole)
}

/**
 * Writes the wire form of protobuf from its end to its beginning, as Go's generated code does: a message's length is known when
 * its turn comes, so nothing is written twice and nothing copied.
 */
export class WireWriter {
  #buffer = Buffer.allocUnsafeSlow(firstBytes)
  #at = firstBytes

  /** How much has been written; the difference of two is what lies between them. */
  get length(): number {
    return this.#buffer.length - this.#at
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#at) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.length + bytes))
    const at = larger.length - this.length
    this.#buffer.copy(larger, at, this.#at)
    this.#buffer = larger
    this.#at = at
  }

  /** A whole number; tags and lengths too. */
  varint(value: Int64): void {
    this.#reserve(10)
    if (typeof value === 'bigint') this.#large(bitsOf(value))
    else if (value >= 0 && value < 0x80) this.#buffer[--this.#at] = value
    else if (value >= 0 && value <= 0x7fff_ffff) this.#small(value)
    else this.#large(bitsOf(value))
  }

  #small(value: number): void {
    let at = (this.#at -= value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5)
    let rest = value
    while (rest > 0x7f) {
      this.#buffer[at++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#buffer[at] = rest
  }

  #large(bits: bigint): void {
    const bytes: number[] = []
    let rest = bits
    while (rest > 0x7fn) {
      bytes.push(Number(rest & 0x7fn) | 0x80)
      rest >>= 7n
    }
    bytes.push(Number(rest))
    this.bytes(bytes)
  }

  double(value: number): void {
    this.#reserve(8)
    this.#at -= 8
    this.#buffer.writeDoubleLE(value, this.#at)
  }

  /** Bytes as they are, without their length. */
  bytes(value: ArrayLike<number>): void {
    this.#reserve(value.length)
    this.#at -= value.length
    this.#buffer.set(value, this.#at)
  }

  /** UTF-8 without its length; short text without a call into the engine's own encoder, which costs more than the text. */
  text(value: string): void {
    if (value.length < 48 && this.#ascii(value)) return
    const size = Buffer.byteLength(value)
    this.#reserve(size)
    this.#at -= size
    this.#buffer.write(value, this.#at)
  }

  #ascii(value: string): boolean {
    this.#reserve(value.length)
    const start = this.#at - value.length
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i)
      if (code > 0x7f) return false
      this.#buffer[start + i] = code
    }
    this.#at = start
    return true
  }

  /** What was written, in memory of its own; the writer is empty afterwards. */
  finish(): Buffer {
    const bytes = Buffer.allocUnsafeSlow(this.length)
    this.#buffer.copy(bytes, 0, this.#at)
    this.clear()
    return bytes
  }

  clear(): void {
    if (this.#buffer.length > keptBytes) this.#buffer = Buffer.allocUnsafeSlow(firstBytes)
    this.#at = this.#buffer.length
  }
}

/** Ends a field whose content lies between the writer and `before`: its length and its tag. */
export const delimit = (writer: WireWriter, number: number, before: number): void => {
  writer.varint(writer.length - before)
  writer.varint(number * 8 + 2)
}

export const writeText = (writer: WireWriter, number: number, value: string): void => {
  const before = writer.length
  writer.text(value)
  delimit(writer, number, before)
}

export const writeBytes = (writer: WireWriter, number: number, value: Uint8Array): void => {
  writer.bytes(value)
  writer.varint(value.length)
  writer.varint(number * 8 + 2)
}

export const writeVarint = (writer: WireWriter, number: number, value: Int64): void => {
  writer.varint(value)
  writer.varint(number * 8)
}
