import { E } from '@periplus/prelude'
import type { Clock, Random } from '@periplus/prelude'
import { clientsOf } from './clients.ts'
import type { Listening, Relay, Relays, Unopened } from './relay.ts'
import { relayTcp } from './relay-tcp.ts'
import { relayUdp } from './relay-udp.ts'

/** Connections, and clients that send datagrams, of all relays together: a process has so many files only. */
const mostAtOnce = 4_096

const keyOf = ({ protocol, address, port }: Relay): string => `${protocol} ${address}:${port}`

/** Relays of this process. */
export const relaysHere = ({ clock, random }: { readonly clock: Clock; readonly random: Random }): Relays => {
  const open = new Map<string, { relay: Relay; readonly listening: Listening }>()
  const room = { taken: 0, most: mostAtOnce }
  const listen = { TCP: relayTcp(room), UDP: relayUdp(room, clock) }

  const begin = async (key: string, relay: Relay): Promise<string | undefined> => {
    const clients = clientsOf(clock, random)
    const listening = await listen[relay.protocol](relay, client => {
      const { targets, affinity } = open.get(key)?.relay ?? { targets: [] }
      return clients(client, targets, affinity)
    })
    if (E.isLeft(listening)) return listening.left
    open.set(key, { relay, listening: listening.right })
    return undefined
  }
  const end = async (key: string, now: boolean): Promise<void> => {
    const known = open.get(key)
    open.delete(key)
    await known?.listening.close(now)
  }

  return {
    apply: async all => {
      const wanted = new Map(all.filter(({ targets }) => targets.length > 0).map(relay => [keyOf(relay), relay]))
      for (const key of [...open.keys()]) if (!wanted.has(key)) await end(key, false)
      const unopened: Unopened[] = []
      for (const [key, relay] of wanted) {
        const known = open.get(key)
        if (known) known.relay = relay
        const reason = known ? undefined : await begin(key, relay)
        if (reason !== undefined) unopened.push({ relay, reason })
      }
      return unopened
    },
    close: async () => {
      await Promise.all([...open.keys()].map(key => end(key, true)))
    },
  }
}
