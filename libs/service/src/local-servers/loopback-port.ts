import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { writePrivately } from './private-file.ts'

/** Binds and lets go again; `undefined` where the port is taken. 0 finds a free one. */
const bind = (port: number): Promise<number | undefined> =>
  new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined))
    })
  })

/** The lowest port that the kernel gives to outgoing connections. */
const firstOutgoing = (): number => Number(readOr('/proc/sys/net/ipv4/ip_local_port_range', '32768').split(/\s/)[0])
const firstChosen = 10_000
const tries = 50

/**
 * A free port that no outgoing connection is ever given: while a server is down, its clients keep dialling its port, and one of
 * them, or anybody else, could be given that very port as its own, and the server could not come back.
 */
const chosen = async (): Promise<number | undefined> => {
  const choices = firstOutgoing() - firstChosen
  for (let left = choices > 0 ? tries : 0; left > 0; left--) {
    const port = await bind(firstChosen + randomInt(choices))
    if (port !== undefined) return port
  }
  return bind(0)
}

/** A port on 127.0.0.1 that is free now. Throws where there is none. */
export const freeLoopbackPort = async (): Promise<number> => {
  const port = await chosen()
  if (port === undefined) throw new Error('no free port on 127.0.0.1')
  return port
}

/**
 * A port on 127.0.0.1 that is free now: the wanted one or a refusal; else the one that `file` remembers, so that clients find
 * a restarted server again; else any. `file` then remembers it.
 */
export const loopbackPort = async (file: string, wanted?: number): Promise<Either<string, number>> => {
  const remembered = Number(readOr(file, '0'))
  const remember = (port: number): Either<string, number> => {
    if (port !== remembered) writePrivately(file, `${port}\n`)
    return E.right(port)
  }
  if (wanted !== undefined)
    return (await bind(wanted)) === undefined ? E.left(`port ${wanted} on 127.0.0.1 is taken`) : remember(wanted)
  const port = (remembered > 0 ? await bind(remembered) : undefined) ?? (await chosen())
  return port === undefined ? E.left('no free port on 127.0.0.1') : remember(port)
}

const readOr = (file: string, fallback: string): string => {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return fallback
  }
}
