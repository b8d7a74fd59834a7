import type { Duplex } from 'node:stream'
import type { CommandChannels, WantedChannels } from '../command-channels.ts'
import { serveSpdy } from './spdy-server.ts'

/** How long a client may take to open the streams that it asked for, in milliseconds. */
const patience = 30_000

const expected = ({ stdin, stdout, stderr, tty }: WantedChannels): readonly string[] => [
  'error',
  ...(stdin ? ['stdin'] : []),
  ...(stdout ? ['stdout'] : []),
  ...(stderr && !tty ? ['stderr'] : []),
  ...(tty ? ['resize'] : []),
]

/** Waits until the client has opened every stream; `undefined` where it does not. */
export const spdyChannels = async (
  transport: Duplex,
  head: Buffer,
  wanted: WantedChannels,
): Promise<CommandChannels | undefined> => {
  const missing = new Set(expected(wanted))
  const opened = new Map<string, Duplex>()
  let complete: () => void = () => undefined
  const all = new Promise<void>(resolve => (complete = resolve))
  const server = serveSpdy(transport, head, ({ headers, duplex }) => {
    const type = headers.get('streamtype') ?? ''
    if (!missing.delete(type)) return duplex.destroy()
    opened.set(type, duplex)
    if (missing.size === 0) complete()
    return undefined
  })
  const timer = setTimeout(() => transport.destroy(), patience)
  await Promise.race([all, server.closed])
  clearTimeout(timer)
  const error = opened.get('error')
  if (missing.size > 0 || !error) return undefined
  return {
    stdin: opened.get('stdin'),
    stdout: opened.get('stdout'),
    stderr: opened.get('stderr'),
    resize: opened.get('resize'),
    error,
    endsWithStatus: true,
    closed: server.closed,
    close: server.close,
  }
}
