import { asBuffer } from '@periplus/prelude'

/**
 * What travels between the two ends of a byte stream, one frame a message:
 * type (1 byte), length of the channel's name (1), number (4, big-endian), name, rest.
 *
 * Every frame but a ping has the next number of its direction; a ping has the number of the last frame sent. So a frame that
 * core NATS lost is noticed by the next one.
 */
export type Frame =
  /** The first answer of the serving end; `rest` is the subject that its frames are to be sent to. */
  | { readonly type: 'accept'; readonly channel: ''; readonly rest: Uint8Array }
  /** The first and only answer of the serving end; `rest` is JSON that says why. */
  | { readonly type: 'refuse'; readonly channel: ''; readonly rest: Uint8Array }
  | { readonly type: 'data'; readonly channel: string; readonly rest: Uint8Array }
  /** The sender writes no more on this channel. */
  | { readonly type: 'end'; readonly channel: string; readonly rest: Uint8Array }
  /** The receiver may be sent this many more bytes on this channel: `rest`, 4 bytes. */
  | { readonly type: 'credit'; readonly channel: string; readonly rest: Uint8Array }
  /** The sender neither reads nor writes this channel any more. */
  | { readonly type: 'reset'; readonly channel: string; readonly rest: Uint8Array }
  /** The stream is over; `rest` is the reason as text, empty where all went well. */
  | { readonly type: 'close'; readonly channel: ''; readonly rest: Uint8Array }
  | { readonly type: 'ping'; readonly channel: ''; readonly rest: Uint8Array }

const types = ['accept', 'refuse', 'data', 'end', 'credit', 'reset', 'close', 'ping'] as const
const headerLength = 6

export const encodeFrame = (type: Frame['type'], number: number, channel: string, rest: Uint8Array): Buffer => {
  const name = Buffer.from(channel)
  if (name.length > 255) throw new Error(`a channel's name has at most 255 bytes: ${channel}`)
  const frame = Buffer.allocUnsafe(headerLength + name.length + rest.length)
  frame[0] = types.indexOf(type)
  frame[1] = name.length
  frame.writeUInt32BE(number, 2)
  frame.set(name, headerLength)
  frame.set(rest, headerLength + name.length)
  return frame
}

/** `undefined` for what is no frame. `rest` is a view into `data`. */
export const decodeFrame = (data: Uint8Array): { readonly frame: Frame; readonly number: number } | undefined => {
  const bytes = asBuffer(data)
  const type = types[bytes[0] ?? types.length]
  const nameLength = bytes[1] ?? 0
  if (type === undefined || bytes.length < headerLength + nameLength) return undefined
  const channel = bytes.toString('utf8', headerLength, headerLength + nameLength)
  const frame = { type, channel, rest: bytes.subarray(headerLength + nameLength) } as Frame
  return { frame, number: bytes.readUInt32BE(2) }
}

export const encodeCredit = (bytes: number): Buffer => {
  const rest = Buffer.allocUnsafe(4)
  rest.writeUInt32BE(bytes)
  return rest
}

export const decodeCredit = (rest: Uint8Array): number =>
  rest.length === 4 ? Buffer.from(rest.buffer, rest.byteOffset, 4).readUInt32BE() : 0
