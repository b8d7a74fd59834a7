import { request } from 'node:http'
import { Duplex } from 'node:stream'
import type { Socket } from 'node:net'
import { E } from '@periplus/prelude'
import type { Outcome } from '../refusals.ts'
import { failed, unavailable } from '../refusals.ts'
import { cancelStream, dataFrame, frameReader, headerWriter, synStream } from './spdy-frames.ts'

/** The client's side of one SPDY/3.1 connection. */
export interface SpdyConnection {
  /**
   * Opens a stream; ending it half-closes, which is what WebSocket v4 cannot say. With `endsAfter`, the end of what arrives is
   * not told before that has settled.
   */
  open(headers: Readonly<Record<string, string>>, endsAfter?: Promise<unknown>): Duplex
  close(): void
}

/** Asks for the upgrade at a URL of containerd's streaming server. */
export const connectSpdy = (url: string, protocol: string): Promise<Outcome<SpdyConnection>> =>
  new Promise(resolve => {
    const asked = request(url, {
      method: 'POST',
      headers: { Connection: 'Upgrade', Upgrade: 'SPDY/3.1', 'X-Stream-Protocol-Version': protocol },
    })
    asked.on('upgrade', (_response, socket: Socket, head) => resolve(E.right(spdyOver(socket, head))))
    asked.on('response', response => {
      let text = ''
      response.setEncoding('utf8').on('data', chunk => (text += chunk))
      response.on('end', () => resolve(failed(text.trim() || `the streaming server answered ${response.statusCode}`)))
    })
    asked.on('error', error => resolve(unavailable(error.message)))
    asked.end()
  })

const spdyOver = (socket: Socket, head: Buffer): SpdyConnection => {
  socket.setNoDelay(true)
  const streams = new Map<number, SpdyStream>()
  const headers = headerWriter()
  const frames = frameReader()
  let nextId = 1

  const receive = (chunk: Buffer): void => {
    for (const frame of frames(chunk)) {
      if (frame.type === 'data') streams.get(frame.streamId)?.receive(frame.data, frame.fin)
      else if (frame.type === 'reply') streams.get(frame.streamId)?.accepted()
      else if (frame.type === 'reset') streams.get(frame.streamId)?.receive(Buffer.alloc(0), true)
      else if (frame.type === 'ping') socket.write(frame.raw)
    }
  }
  socket.on('data', receive)
  socket.on('error', () => undefined)
  socket.on('close', () => {
    for (const stream of streams.values()) stream.receive(Buffer.alloc(0), true)
  })
  if (head.length > 0) receive(head)

  return {
    open: (fields, endsAfter) => {
      const id = nextId
      nextId += 2
      const stream = new SpdyStream(id, socket, endsAfter)
      streams.set(id, stream)
      stream.on('close', () => streams.delete(id))
      socket.write(synStream(id, headers(fields)))
      return stream
    },
    // What comes after that is nobody’s: left unread, it would keep the connection from its end.
    close: () => void socket.destroySoon(),
  }
}

class SpdyStream extends Duplex {
  readonly #id: number
  readonly #socket: Socket
  #ended = false
  /** Set until the other side has accepted the stream: Go's implementation drops data that comes before its reply. */
  #held: (() => void)[] | undefined = []

  readonly #endsAfter: Promise<unknown> | undefined

  constructor(id: number, socket: Socket, endsAfter?: Promise<unknown>) {
    super({ allowHalfOpen: true })
    this.#id = id
    this.#socket = socket
    this.#endsAfter = endsAfter
  }

  accepted(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const send of held) send()
  }

  /** One slow reader slows the whole connection: whoever asks for a stream must read it. */
  receive(data: Buffer, last: boolean): void {
    if (this.#ended || this.destroyed) return
    if (data.length > 0 && !this.push(data)) this.#socket.pause()
    if (last) {
      this.#ended = true
      this.accepted()
      if (this.#endsAfter) void this.#endsAfter.then(() => this.push(null))
      else this.push(null)
    }
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    if (this.#held) return void this.#held.push(() => this._write(chunk, _encoding, callback))
    // What the other side no longer takes is lost, as with a closed pipe whose writer ignores the signal.
    if (!this.#socket.writable) callback()
    else if (this.#socket.write(dataFrame(this.#id, chunk, false))) callback()
    else this.#socket.once('drain', callback)
  }

  override _final(callback: (error?: Error | null) => void): void {
    if (this.#held) return void this.#held.push(() => this._final(callback))
    if (this.#socket.writable) this.#socket.write(dataFrame(this.#id, Buffer.alloc(0), true))
    callback()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (!(this.#ended && this.writableFinished) && this.#socket.writable) this.#socket.write(cancelStream(this.#id))
    this.#socket.resume()
    callback(error)
  }
}
