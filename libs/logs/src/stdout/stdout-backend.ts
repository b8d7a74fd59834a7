import type { Writable } from 'node:stream'
import { taken } from '../backend.ts'
import type { LogBackend, WriteAnswer } from '../backend.ts'
import { readConfig } from '../config/read-config.ts'
import { documentOf } from '../document.ts'

/** Documents, one a line, on a stream of this process: its standard output, for what collects that already. */
export const streamBackend = (output: Writable): LogBackend => ({
  name: 'stdout',
  local: true,
  open: config =>
    readConfig(config).opens(() => {
      let closed = false
      return {
        write: (lines, signal) =>
          new Promise<WriteAnswer>(resolve => {
            if (closed || signal.aborted) return resolve({ tag: 'Unavailable', why: 'the writer is closed' })
            const giveUp = (): void => resolve({ tag: 'Unavailable', why: 'given up' })
            signal.addEventListener('abort', giveUp, { once: true })
            output.write(`${lines.map(documentOf).join('\n')}\n`, error => {
              signal.removeEventListener('abort', giveUp)
              resolve(error ? { tag: 'Unavailable', why: error.message } : taken)
            })
          }),
        flush: async () => undefined,
        close: async () => {
          closed = true
        },
      }
    }),
})

export const stdoutBackend: LogBackend = streamBackend(process.stdout)
