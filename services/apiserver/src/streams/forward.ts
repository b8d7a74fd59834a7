import type { Duplex } from 'node:stream'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

/** Opens a connection to a port of the pod; left: the node's words. */
export type OpenPort = (port: number) => Promise<Either<string, Duplex>>

/** Joins a client's two streams to a port of the pod: one with the bytes, and one on which it is told what went wrong. */
export const forward = async (port: number, data: Duplex, error: Duplex, open: OpenPort): Promise<void> => {
  // The client never writes here; reading to the end lets the stream close.
  error.resume()
  const opened = await open(port)
  if (E.isLeft(opened)) {
    error.end(opened.left)
    data.destroy()
    return
  }
  const connection = opened.right
  connection.on('error', (failure: Error) => error.end(failure.message))
  connection.on('close', () => {
    data.end()
    error.end()
  })
  // kubectl drops its stream as soon as ours has ended, and only then waits for what went wrong: the node may still tell.
  data.on('close', () => (connection.readableEnded ? connection.end() : connection.destroy()))
  data.pipe(connection)
  connection.pipe(data)
}
