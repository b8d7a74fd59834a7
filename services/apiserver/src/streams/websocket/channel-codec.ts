import type { RawData } from 'ws'

/** How a message says which channel it is of: by its first byte, or as text by its first digit before base64. */
export interface ChannelCodec {
  /** `undefined`: nothing that this protocol knows. */
  readonly read: (message: Buffer) => { readonly channel: number; readonly content: Buffer } | undefined
  readonly write: (channel: number, content: Buffer) => Buffer | string
}

export const bytesOf = (data: RawData): Buffer =>
  Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)

const binary: ChannelCodec = {
  read: message => {
    const [channel] = message
    return channel === undefined ? undefined : { channel, content: message.subarray(1) }
  },
  write: (channel, content) => {
    const message = Buffer.allocUnsafe(content.length + 1)
    message[0] = channel
    message.set(content, 1)
    return message
  },
}

const zero = 0x30

const base64: ChannelCodec = {
  read: message => {
    const channel = (message[0] ?? 0) - zero
    if (channel < 0 || channel > 9) return undefined
    return { channel, content: Buffer.from(message.subarray(1).toString('latin1'), 'base64') }
  },
  write: (channel, content) => `${channel}${content.toString('base64')}`,
}

/** A subprotocol of commands in containers, and what is particular to it. */
export interface ChannelProtocol {
  readonly codec: ChannelCodec
  /** The end is told as a `Status`; before version 4 as its message, and success not at all. */
  readonly endsWithStatus: boolean
}

const oldest: ChannelProtocol = { codec: binary, endsWithStatus: false }

/** By name, the best first. `''`: a client that names none speaks the oldest. */
export const channelProtocols: ReadonlyMap<string, ChannelProtocol> = new Map([
  ['v5.channel.k8s.io', { codec: binary, endsWithStatus: true }],
  ['v4.channel.k8s.io', { codec: binary, endsWithStatus: true }],
  ['v4.base64.channel.k8s.io', { codec: base64, endsWithStatus: true }],
  ['channel.k8s.io', { codec: binary, endsWithStatus: false }],
  ['base64.channel.k8s.io', { codec: base64, endsWithStatus: false }],
  ['', oldest],
])

export const channelProtocol = (name: string): ChannelProtocol => channelProtocols.get(name) ?? oldest
