import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ByteStream } from '@periplus/bus'
import { linkedAbort, messageOf } from '@periplus/prelude'

export type Serve = (stream: ByteStream) => void

/** Sends what is read of a log, until it ends, whoever reads goes, or the agent stops. */
export const sendLog =
  (stopping: AbortSignal, read: (signal: AbortSignal) => AsyncIterable<Buffer>): Serve =>
  stream => {
    const over = linkedAbort(stopping)
    void stream.ended.then(() => over.abort())
    void pipeline(Readable.from(read(over.signal), { objectMode: false }), stream.channel('data'))
      .then(() => stream.close())
      .catch((error: unknown) => stream.abort(messageOf(error)))
  }
