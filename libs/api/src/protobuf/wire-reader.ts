import { mostDefinitionValues } from '../json/bounds.ts'

/** The message is cut off or not protobuf. Thrown only inside the decoder, which turns it into a refusal. */
export class WireFault extends Error {}

/** More fields than an object may have values. */
export class TooManyFields extends WireFault {}

/** How many fields may still come, in a message and all that are in it. */
interface Budget {
  left: number
}

export type WireType = 0 | 1 | 2 | 5

/** Reads the wire form of protobuf (https://protobuf.dev/programming-guides/encoding): one field after the other. */
export class WireReader {
  private at = 0
  private readonly bytes: Uint8Array
  private readonly budget: Budget

  /** `within`: the reader of the message that this one is in; without one, `most` fields may come. */
  constructor(bytes: Uint8Array, within?: WireReader, most = mostDefinitionValues) {
    this.bytes = bytes
    this.budget = within?.budget ?? { left: most }
  }

  get done(): boolean {
    return this.at >= this.bytes.length
  }

  varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.at++]
      if (byte === undefined) throw new WireFault('unexpected EOF')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw new WireFault('proto: integer overflow')
  }

  /** A varint that is known to be small: tags, lengths, 32-bit numbers. */
  private small(): number {
    const byte = this.bytes[this.at]
    if (byte !== undefined && byte < 0x80) {
      this.at++
      return byte
    }
    return Number(this.varint())
  }

  /** The next field's number and how it is written. */
  tag(): { readonly number: number; readonly type: WireType } {
    if (--this.budget.left < 0) throw new TooManyFields('proto: too many fields')
    const tag = this.small()
    const [number, type] = [Math.floor(tag / 8), tag % 8]
    if (number < 1 || number > 0x1fffffff) throw new WireFault(`proto: illegal tag ${number} (wire type ${type})`)
    if (type !== 0 && type !== 1 && type !== 2 && type !== 5) throw new WireFault(`proto: illegal wireType ${type}`)
    return { number, type }
  }

  private take(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) throw new WireFault('unexpected EOF')
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  delimited(): Uint8Array {
    return this.take(this.small())
  }

  /** A reader of the message that stands here. */
  inner(): WireReader {
    return new WireReader(this.delimited(), this)
  }

  double(): number {
    const eight = this.take(8)
    return new DataView(eight.buffer, eight.byteOffset, 8).getFloat64(0, true)
  }

  skip(type: WireType): void {
    if (type === 0) this.varint()
    else if (type === 1) this.take(8)
    else if (type === 5) this.take(4)
    else this.delimited()
  }
}
