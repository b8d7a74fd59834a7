import { Duplex } from 'node:stream'
import { decodeCredit, encodeCredit } from './frames.ts'
import type { Frame } from './frames.ts'

/** Bytes that one end may have sent on a channel without the other end having read them. */
const channelWindow = 256 * 1024
/** Largest piece that is sent at once; others' messages shall get between. */
const largestPiece = 64 * 1024
const creditStep = channelWindow / 4
const nothing = Buffer.alloc(0)

type ChannelFrame = Extract<Frame['type'], 'data' | 'end' | 'credit' | 'reset'>
export type SendOnChannel = (type: ChannelFrame, rest: Uint8Array) => void

/**
 * One end of a channel, as a Duplex that is half-closed by `end()`. What is written waits until the other end has room; what
 * arrives waits until it is read.
 */
export class ByteChannel extends Duplex {
  readonly #send: SendOnChannel
  /** Bytes that we may still send. */
  #credit = channelWindow
  #unsent: { rest: Buffer; readonly done: () => void } | undefined
  #arrived: Buffer[] = []
  /** Somebody wants what arrives. */
  #wanted = false
  /** Bytes that the other end may still send. */
  #room = channelWindow
  /** Bytes that were read here and not yet credited to the other end. */
  #uncredited = 0
  #ended = false
  #over = false

  constructor(send: SendOnChannel) {
    super({ allowHalfOpen: true, readableHighWaterMark: largestPiece, writableHighWaterMark: largestPiece })
    this.#send = send
    // A channel that breaks without anybody listening is told by the stream's `ended`; it is no reason to end the process.
    this.on('error', () => undefined)
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#unsent = { rest: chunk, done }
    this.#sendOn()
  }

  override _final(done: () => void): void {
    if (!this.#over) this.#send('end', nothing)
    done()
  }

  override _read(): void {
    this.#wanted = true
    this.#handOver()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.#over && !(this.writableFinished && this.readableEnded)) this.#send('reset', nothing)
    this.#over = true
    this.#arrived = []
    this.#unsent?.done()
    done(error)
  }

  /** Whether the other end may send this: nobody makes us hold more than the window. */
  receive(type: ChannelFrame, rest: Uint8Array): boolean {
    if (type === 'credit') {
      this.#credit = Math.min(channelWindow, this.#credit + decodeCredit(rest))
      this.#sendOn()
    } else if (type === 'data') {
      this.#room -= rest.length
      // What is under way to a channel that was left is not read, so that it is given no more room either.
      if (this.#room < 0) return this.destroyed
      // A copy, because `rest` is a view into what came from the socket, and this may lie here for long.
      if (rest.length > 0 && !this.destroyed && !this.#ended) this.#arrived.push(Buffer.from(rest))
      this.#handOver()
    } else if (type === 'end') {
      this.#ended = true
      this.#handOver()
    } else {
      this.#over = true
      this.destroy(new Error('the other end has reset the channel'))
    }
    return true
  }

  /** The stream was closed in order: what arrived can still be read; what is written from now on reaches nobody. */
  finish(): void {
    this.#over = true
    this.#ended = true
    this.#sendOn()
    this.#handOver()
  }

  /** The stream broke. */
  fail(error: Error): void {
    this.#over = true
    this.destroy(error)
  }

  #sendOn(): void {
    const unsent = this.#unsent
    if (!unsent) return
    while (unsent.rest.length > 0 && this.#credit > 0 && !this.#over) {
      const piece = unsent.rest.subarray(0, Math.min(largestPiece, this.#credit))
      unsent.rest = unsent.rest.subarray(piece.length)
      this.#credit -= piece.length
      this.#send('data', piece)
    }
    if (unsent.rest.length > 0 && !this.#over) return
    this.#unsent = undefined
    unsent.done()
  }

  #handOver(): void {
    while (this.#wanted) {
      const chunk = this.#arrived.shift()
      if (!chunk) break
      this.#uncredited += chunk.length
      this.#wanted = this.push(chunk)
    }
    if (this.#uncredited >= creditStep && !this.#over) {
      this.#send('credit', encodeCredit(this.#uncredited))
      this.#room += this.#uncredited
      this.#uncredited = 0
    }
    if (this.#ended && this.#arrived.length === 0 && this.#wanted) {
      this.#wanted = false
      this.push(null)
    }
  }
}
