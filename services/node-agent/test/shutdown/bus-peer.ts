import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** As much of D-Bus' wire format as a test needs to stand in for systemd on a bus: texts, and little-endian. */
export interface BusPeer {
  /** A signal to everybody. */
  signal(path: string, name: `${string}.${string}`, body: Body): void
  close(): void
}

/** What a message says: its signature, and values of `u`, `s`, `o` and `v` (a text) in its order. */
export interface Body {
  readonly signature: string
  readonly values: readonly (string | number)[]
}

export interface BusCall {
  readonly path: string
  readonly member: string
  /** The first text of the body. */
  readonly argument: string
}

const types = { call: 1, answer: 2, error: 3, signal: 4 } as const
const fields = { path: 1, interface: 2, member: 3, replyTo: 5, destination: 6, sender: 7, signature: 8 } as const

class Writer {
  readonly bytes: number[] = []
  align(to: number): this {
    while (this.bytes.length % to !== 0) this.bytes.push(0)
    return this
  }
  byte(...values: readonly number[]): this {
    this.bytes.push(...values)
    return this
  }
  number(value: number): this {
    this.align(4)
    return this.byte(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24)
  }
  text(value: string): this {
    const content = Buffer.from(value)
    return this.number(content.length).byte(...content, 0)
  }
  signature(value: string): this {
    return this.byte(value.length, ...Buffer.from(value), 0)
  }
  value(type: string, value: string | number): this {
    if (type === 'v') return this.signature('s').text(String(value))
    return type === 'u' ? this.number(Number(value)) : this.text(String(value))
  }
}

type Header = Partial<Record<keyof typeof fields, string | number>>

const typeOf = (name: keyof typeof fields): string =>
  name === 'path' ? 'o' : name === 'signature' ? 'g' : name === 'replyTo' ? 'u' : 's'

const encode = (type: number, serial: number, header: Header, { signature, values }: Body): Buffer => {
  const body = new Writer()
  values.forEach((value, i) => body.value(signature[i] ?? 's', value))
  const list = new Writer()
  const all: Header = signature === '' ? header : { ...header, signature }
  for (const [name, value] of Object.entries(all) as [keyof typeof fields, string | number][]) {
    list.align(8).byte(fields[name]).signature(typeOf(name))
    if (name === 'signature') list.signature(String(value))
    else list.value(typeOf(name), value)
  }
  const head = new Writer().byte(0x6c, type, 0, 1).number(body.bytes.length).number(serial).number(list.bytes.length)
  return Buffer.from([...head.byte(...list.bytes).align(8).bytes, ...body.bytes])
}

const readText = (buffer: Buffer, at: number): string =>
  buffer.toString('utf8', at + 4, at + 4 + buffer.readUInt32LE(at))

/** A message at the buffer's start, once all of it is there. */
const decode = (buffer: Buffer) => {
  if (buffer.length < 16) return undefined
  const listEnd = 16 + buffer.readUInt32LE(12)
  const bodyAt = Math.ceil(listEnd / 8) * 8
  const end = bodyAt + buffer.readUInt32LE(4)
  if (buffer.length < end) return undefined
  const header: Header = {}
  for (let at = 16; at < listEnd;) {
    at = Math.ceil(at / 8) * 8
    const name = (Object.keys(fields) as (keyof typeof fields)[]).find(each => fields[each] === buffer[at])
    const type = String.fromCharCode(buffer[at + 2] ?? 0)
    at += 4
    const value = type === 'g' ? '' : type === 'u' ? buffer.readUInt32LE(at) : readText(buffer, at)
    at += type === 'g' ? (buffer[at] ?? 0) + 2 : type === 'u' ? 4 : String(value).length + 5
    if (name) header[name] = value
  }
  const argument = end - bodyAt > 4 ? readText(buffer, bodyAt) : ''
  return { type: buffer[1], serial: buffer.readUInt32LE(8), header, argument, end }
}

/** Joins a bus under a name and answers who calls it. */
export const joinBus = async (socket: string, name: string, answer: (call: BusCall) => Body): Promise<BusPeer> => {
  const connection: Socket = connect(socket)
  let serial = 0
  const send = (type: number, header: Header, body: Body = { signature: '', values: [] }): void =>
    void connection.write(encode(type, ++serial, header, body))
  const bus = { path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus', destination: 'org.freedesktop.DBus' }
  let rest = Buffer.alloc(0)
  let authenticated = false
  const joined = new Promise<void>((resolve, reject) => {
    connection.once('error', reject)
    connection.on('data', chunk => {
      rest = Buffer.concat([rest, chunk])
      if (!authenticated) {
        const end = rest.indexOf('\r\n')
        if (end < 0) return
        rest = rest.subarray(end + 2)
        authenticated = true
        connection.write('BEGIN\r\n')
        send(types.call, { ...bus, member: 'Hello' })
        send(types.call, { ...bus, member: 'RequestName' }, { signature: 'su', values: [name, 4] })
      }
      for (let message = decode(rest); message; message = decode(rest)) {
        rest = rest.subarray(message.end)
        const { header } = message
        if (message.type === types.answer && header.replyTo === 2) resolve()
        if (message.type !== types.call) continue
        const call = { path: String(header.path), member: String(header.member), argument: message.argument }
        const to = { replyTo: message.serial, destination: String(header.sender) }
        send(types.answer, to, answer(call))
      }
    })
  })
  connection.write(`\0AUTH EXTERNAL ${Buffer.from(String(process.getuid?.())).toString('hex')}\r\n`)
  await joined
  return {
    signal: (path, fullName, body) => {
      const dot = fullName.lastIndexOf('.')
      send(types.signal, { path, interface: fullName.slice(0, dot), member: fullName.slice(dot + 1) }, body)
    },
    close: () => connection.destroy(),
  }
}
