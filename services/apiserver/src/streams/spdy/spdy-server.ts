import { Duplex } from 'node:stream'
import { dataFrame, frameReader, replyWriter, resetFrame } from './frames.ts'
import type { Frame } from './frames.ts'
import { headerReader } from './header-reader.ts'

/** A stream that the client opened: a Duplex that `end()` half-closes. */
export interface ClientStream {
  /** By lower-case name, such as `streamtype`. */
  readonly headers: ReadonlyMap<string, string>
  readonly duplex: Duplex
}

export interface SpdyServer {
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>
  /** Sends what is pending, then ends the connection. */
  close(): void
}

/** Largest payload of one frame: short enough for other streams to get between. */
const largestFrame = 64 * 1024

/**
 * The server's side of one SPDY/3.1 connection over any byte stream. There is no flow control: a stream that nobody reads
 * holds up the connection once `highWater` bytes of it wait.
 */
export const serveSpdy = (transport: Duplex, head: Buffer, onStream: (stream: ClientStream) => void): SpdyServer => {
  const streams = new Map<number, SpdyStream>()
  const frames = frameReader()
  const readHeaders = headerReader()
  const reply = replyWriter()

  const take = async (frame: Frame): Promise<void> => {
    switch (frame.tag) {
      case 'Open': {
        const headers = await readHeaders(frame.headers)
        const duplex = new SpdyStream(frame.id, transport)
        streams.set(frame.id, duplex)
        duplex.on('close', () => streams.delete(frame.id))
        transport.write(reply(frame.id))
        onStream({ headers, duplex })
        if (frame.last) await duplex.receive(Buffer.alloc(0), true)
        return
      }
      case 'Data':
        return streams.get(frame.id)?.receive(frame.data, frame.last)
      case 'Reset':
        return void streams.get(frame.id)?.destroy()
      case 'Ping':
        return void transport.write(frame.raw)
      case 'GoAway':
      case 'Other':
        return
    }
  }

  const receive = async (): Promise<void> => {
    if (head.length > 0) for (const frame of frames(head)) await take(frame)
    for await (const chunk of transport) for (const frame of frames(chunk as Buffer)) await take(frame)
  }
  // A connection that breaks, or a block that cannot be read, ends its streams: the client is gone or not to be understood.
  const closed = receive()
    .catch(() => undefined)
    .then(() => {
      for (const stream of streams.values()) stream.destroy()
      transport.destroy()
    })
  transport.on('error', () => undefined)
  return { closed, close: () => void transport.end() }
}

class SpdyStream extends Duplex {
  readonly #id: number
  readonly #transport: Duplex
  #ended = false
  #resume: (() => void) | undefined

  constructor(id: number, transport: Duplex) {
    super({ allowHalfOpen: true })
    this.#id = id
    this.#transport = transport
    this.on('error', () => undefined)
  }

  /** Resolves when there is room for more. */
  receive(data: Buffer, last: boolean): Promise<void> {
    if (this.#ended || this.destroyed) return Promise.resolve()
    const room = data.length === 0 || this.push(data)
    if (last) {
      this.#ended = true
      this.push(null)
    }
    return room || last ? Promise.resolve() : new Promise(resolve => (this.#resume = resolve))
  }

  override _read(): void {
    this.#resume?.()
    this.#resume = undefined
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (!this.#transport.writable) return done()
    let room = true
    for (let at = 0; at < chunk.length; at += largestFrame)
      room = this.#transport.write(dataFrame(this.#id, chunk.subarray(at, at + largestFrame), false))
    if (room) return done()
    const go = (): void => {
      this.#transport.off('drain', go)
      this.#transport.off('close', go)
      done()
    }
    this.#transport.on('drain', go)
    this.#transport.on('close', go)
  }

  override _final(done: () => void): void {
    if (this.#transport.writable) this.#transport.write(dataFrame(this.#id, Buffer.alloc(0), true))
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#resume?.()
    if (!(this.#ended && this.writableFinished) && this.#transport.writable) this.#transport.write(resetFrame(this.#id))
    done(error)
  }
}
