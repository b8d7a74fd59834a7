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

/**
 * A port on 127.0.0.1 that is free now: the wanted one or a refusal; else the one that `file` remembers, so that clients find
 * a restarted server again; else any, which `file` then remembers.
 */
export const loopbackPort = async (file: string, wanted?: number): Promise<Either<string, number>> => {
  if (wanted !== undefined)
    return (await bind(wanted)) === undefined ? E.left(`port ${wanted} on 127.0.0.1 is taken`) : E.right(wanted)
  const remembered = Number(readOr(file, '0'))
  const port = (remembered > 0 ? await bind(remembered) : undefined) ?? (await bind(0))
  if (port === undefined) return E.left('no free port on 127.0.0.1')
  if (port !== remembered) writePrivately(file, `${port}\n`)
  return E.right(port)
}

const readOr = (file: string, fallback: string): string => {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return fallback
  }
}
