import { connect } from 'node:net'

/** Sends `text` to a port on 127.0.0.1; whether `expected` comes back within a second. How we ask a server whether it serves. */
export const answersWith = (port: number, text: string, expected: RegExp): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    let received = ''
    const done = (answered: boolean): void => {
      socket.destroy()
      resolve(answered)
    }
    socket.setTimeout(1_000, () => done(false))
    socket.once('error', () => done(false))
    socket.once('close', () => done(false))
    socket.once('connect', () => socket.write(text))
    socket.on('data', chunk => {
      received += chunk.toString('latin1')
      if (expected.test(received)) done(true)
    })
  })
