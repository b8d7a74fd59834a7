import { once } from 'node:events'
import { connect, createSecureContext } from 'node:tls'
import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '@periplus/prelude'
import type { Random } from '@periplus/prelude'
import { pick } from '../extreme/values.ts'
import { attackedServer } from '../requests/attacked.ts'
import { sender } from '../requests/sender.ts'
import { drawFrames, lastWord } from './draw.ts'

export interface FramesCampaign {
  readonly connections: number
  /** Of what the server said. */
  readonly heardBytes: number
  readonly longestStall: number
  readonly heapBytesBefore: number
  readonly heapBytesAfter: number
  readonly complaints: readonly string[]
}

const atOnce = 8
const lookEvery = 200
/** Milliseconds that a client listens at most. */
const patience = 500

/** Connections of HTTP/2 drawn from `seed` on until `mayGoOn` says no, to an API server in a process of its own, which must live on and answer others. */
export const attackFrames = async (seed: number, mayGoOn: () => boolean): Promise<FramesCampaign> => {
  const server = await attackedServer()
  const { url, ca, admin, bob } = server.ready
  const honest = sender({ url, ca, ...admin })
  const { hostname: host, port } = new URL(url)
  const contexts = [undefined, admin, bob].map(identity =>
    createSecureContext({ ca, ...(identity ? { cert: identity.certificate, key: identity.key } : {}) }),
  )
  const random = seededRandom(seed)
  const complaints = new Set<string>()
  let [connections, heardBytes, longestStall] = [0, 0, 0]

  const converse = async (segments: readonly Buffer[], chance: Random): Promise<void> => {
    const secureContext = pick(chance, contexts)
    const socket = connect({ host, port: Number(port), secureContext, ALPNProtocols: ['h2'] })
    const closed = new Promise<void>(resolve => socket.once('close', () => resolve()))
    socket.on('error', () => undefined)
    await Promise.race([once(socket, 'secureConnect').catch(() => undefined), closed])
    const read = new Promise<void>(resolve =>
      socket.on('data', bytes => {
        heardBytes += bytes.length
        if (bytes.includes(lastWord)) resolve()
      }),
    )
    if (chance() < 0.1) socket.pause()
    for (const segment of segments) {
      socket.write(segment)
      await sleep(pick(chance, [0, 0, 1, 5]))
    }
    // Most listen until all that they said was read, and some are gone before.
    if (chance() < 0.8) await Promise.race([closed, read, sleep(patience)])
    if (chance() < 0.5) socket.end()
    else socket.destroy()
    await Promise.race([closed, sleep(patience)])
    socket.destroy()
  }
  const look = async (): Promise<void> => {
    longestStall = Math.max(longestStall, await server.stall())
    const { status } = await honest.send({ method: 'GET', target: '/version', headers: {}, body: undefined })
    if (status !== 200) complaints.add(`an honest client was answered ${status}`)
  }
  const complain = (error: unknown): void => void complaints.add(String(error))
  const worker = async (): Promise<void> => {
    while (server.died() === undefined && mayGoOn()) {
      const segments = drawFrames(random)
      connections++
      if (connections % lookEvery === 0) await look().catch(complain)
      await converse(segments, random)
    }
  }
  await server.stall()
  const before = await server.state()
  await Promise.all(Array.from({ length: atOnce }, worker))
  const end = server.died()
  if (end === undefined) await look().catch(complain)
  else complaints.add(end)
  const after = end === undefined ? await server.state() : undefined
  after?.errors.forEach(error => complaints.add(error))
  honest.close()
  await server.end()
  return {
    connections,
    heardBytes,
    longestStall,
    heapBytesBefore: before.heapBytes,
    heapBytesAfter: after?.heapBytes ?? 0,
    complaints: [...complaints],
  }
}
