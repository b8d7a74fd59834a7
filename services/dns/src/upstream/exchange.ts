import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'

/** A server to ask, at port 53 where none is named. */
export interface Upstream {
  readonly address: string
  readonly port?: number
}

/** Asks one server one question; `undefined` where no answer came in time. */
export type Exchange = (upstream: Upstream, query: Buffer, milliseconds: number) => Promise<Buffer | undefined>

/** Each question from a port of its own, so that nobody can guess where an answer would be taken. */
export const overUdp: Exchange = ({ address, port = 53 }, query, milliseconds) =>
  new Promise(resolve => {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
    let ended = false
    const end = (answer?: Buffer): void => {
      if (ended) return
      ended = true
      clearTimeout(timer)
      socket.removeAllListeners('message')
      socket.close()
      resolve(answer)
    }
    const timer = setTimeout(end, milliseconds)
    socket.on('error', () => end())
    // A connected socket hears that one server only. What is given to `connect` itself is called where there is no way there, too.
    socket.once('connect', () => void (ended || socket.send(query)))
    socket.connect(port, address)
    socket.on('message', answer => {
      if (answersTo(query, answer)) end(answer)
    })
  })

export const overTcp: Exchange = ({ address, port = 53 }, query, milliseconds) =>
  new Promise(resolve => {
    const socket = connect({ host: address, port })
    let received: Buffer = Buffer.alloc(0)
    let ended = false
    const end = (answer?: Buffer): void => {
      if (ended) return
      ended = true
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(end, milliseconds)
    socket.on('error', () => end())
    socket.on('close', () => end())
    socket.on('connect', () => socket.write(withLength(query)))
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk])
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return
      const answer = received.subarray(2, 2 + received.readUInt16BE(0))
      end(answersTo(query, answer) ? answer : undefined)
    })
  })

/** As DNS goes over TCP: its length in two bytes, then the packet. */
export const withLength = (packet: Buffer): Buffer => {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(packet.length)
  return Buffer.concat([length, packet])
}

const answersTo = (query: Buffer, answer: Buffer): boolean =>
  answer.length >= 12 && answer.readUInt16BE(0) === query.readUInt16BE(0) && (answer.readUInt16BE(2) & 0x8000) !== 0
