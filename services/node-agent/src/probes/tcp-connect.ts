import { connect } from 'node:net'
import type { Clock } from '@periplus/prelude'
import type { ProbeAnswer } from './answer.ts'
import { connectWords } from './dial-error.ts'

/** Whether a TCP connection can be opened; it is closed at once. */
export const tcpConnect = (clock: Clock, host: string, port: number, timeout: number): Promise<ProbeAnswer> =>
  new Promise(resolve => {
    const where = `dial tcp ${host.includes(':') ? `[${host}]` : host}:${port}`
    const socket = connect({ host, port })
    const done = (answer: ProbeAnswer): void => {
      cancel()
      socket.destroy()
      resolve(answer)
    }
    const cancel = clock.after(timeout, () => done({ tag: 'failure', text: `${where}: i/o timeout` }))
    socket.on('connect', () => done({ tag: 'success', text: '' }))
    socket.on('error', error => done({ tag: 'failure', text: `${where}: ${connectWords(error)}` }))
  })
