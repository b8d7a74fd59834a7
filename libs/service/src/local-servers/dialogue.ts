import { connect } from 'node:net'

export interface Dialogue {
  /** A port on 127.0.0.1, or the path of a unix socket. */
  readonly to: number | string
  readonly say: string | Uint8Array
  /** What is waited for, in what comes back (latin1). */
  readonly until: RegExp
}

/** Says something to a server; what it answers up to what was waited for, or `undefined` when that doesn't come within a second. */
export const dialogue = ({ to, say, until }: Dialogue): Promise<string | undefined> =>
  new Promise(resolve => {
    const socket = typeof to === 'number' ? connect(to, '127.0.0.1') : connect(to)
    let received = ''
    const done = (answer: string | undefined): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(1_000, () => done(undefined))
    socket.once('error', () => done(undefined))
    socket.once('close', () => done(undefined))
    socket.once('connect', () => socket.write(say))
    socket.on('data', chunk => {
      received += chunk.toString('latin1')
      if (until.test(received)) done(received)
    })
  })

/** Sends `text` to a port on 127.0.0.1; whether `expected` comes back within a second. How we ask a server whether it serves. */
export const answersWith = async (port: number, text: string, expected: RegExp): Promise<boolean> =>
  (await dialogue({ to: port, say: text, until: expected })) !== undefined
