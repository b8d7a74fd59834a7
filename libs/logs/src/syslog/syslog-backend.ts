import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { E } from '@periplus/prelude'
import { taken } from '../backend.ts'
import type { LogBackend, LogWriter, RefusedLine, WriterLimits } from '../backend.ts'
import { readConfig } from '../config/read-config.ts'
import { peer } from '../net/peer.ts'
import { checkLiteral, guardedLookup } from '../net/reach.ts'
import { readTls } from '../net/tls.ts'
import type { TlsOptions } from '../net/tls.ts'
import { framed, syslogMessage } from './message.ts'

interface Place {
  readonly host: string
  readonly port: number
  readonly facility: number
}

const streamWriter = (
  { host, port, facility }: Place,
  tls: TlsOptions | undefined,
  limits: WriterLimits,
): LogWriter => {
  const server = peer({ host, port, ...(tls ? { tls } : {}), limits })
  return {
    write: async (lines, signal) => {
      const bytes = Buffer.concat(lines.map(line => framed(syslogMessage(line, facility))))
      const sent = await server.ask(bytes, () => true, signal)
      return E.isLeft(sent) ? sent.left : taken
    },
    flush: async () => undefined,
    close: async () => server.close(),
  }
}

/** What one datagram holds at most, over IPv4. */
const longestDatagram = 65_507

const addressOf = (host: string, limits: WriterLimits): Promise<string> =>
  new Promise((resolve, reject) =>
    guardedLookup(limits)(host, {}, (error, address) => {
      if (error) reject(error)
      else resolve(String(address))
    }),
  )

const datagramWriter = ({ host, port, facility }: Place, limits: WriterLimits): LogWriter => {
  let socket: Socket | undefined
  let closed = false
  const send = (to: Socket, message: Buffer, address: string): Promise<void> =>
    new Promise((resolve, reject) =>
      to.send(message, port, address, error => {
        if (error) reject(error)
        else resolve()
      }),
    )
  return {
    write: async (lines, signal) => {
      if (closed) return { tag: 'Unavailable', why: 'the writer is closed' }
      const refused: RefusedLine[] = []
      try {
        checkLiteral(host, limits)
        const address = await addressOf(host, limits)
        socket ??= createSocket(isIPv6(address) ? 'udp6' : 'udp4').on('error', () => undefined)
        for (const [index, line] of lines.entries()) {
          if (signal.aborted) return { tag: 'Unavailable', why: 'given up' }
          const message = syslogMessage(line, facility)
          if (message.length > longestDatagram) refused.push({ index, why: 'longer than a datagram' })
          else await send(socket, message, address)
        }
        return { tag: 'Taken', refused }
      } catch (error) {
        return { tag: 'Unavailable', why: `${host}:${port}: ${(error as Error).message}` }
      }
    },
    flush: async () => undefined,
    close: async () => {
      closed = true
      socket?.close()
      socket = undefined
    },
  }
}

/**
 * Syslog as RFC 5424 has it, over `tcp`, `tls` (RFC 5425) or `udp` (RFC 5426). None of them acknowledges: a line counts as
 * delivered when the operating system has it, so what is under way when the server goes is lost.
 */
export const syslogBackend: LogBackend = {
  name: 'syslog',
  open: (config, credentials, limits) => {
    const read = readConfig(config)
    const host = read.requiredText('host')
    const transport = read.oneOf('transport', ['tcp', 'tls', 'udp'], 'tcp')
    const port = read.count('port', transport === 'tls' ? 6514 : 514, 65_535)
    const facility = read.count('facility', 16, 23)
    const tls = readTls(read, credentials)
    const place = { host, port, facility }
    return read.opens(() =>
      transport === 'udp'
        ? datagramWriter(place, limits)
        : streamWriter(place, transport === 'tls' ? tls : undefined, limits),
    )
  },
}
