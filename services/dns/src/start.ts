import { systemClock } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { LiveCut } from '@periplus/projection'
import type { RunningService } from '@periplus/service'
import { answerTo } from './answer.ts'
import { forwarder } from './upstream/forwarder.ts'
import type { Upstream } from './upstream/exchange.ts'
import { machinesServers } from './upstream/servers.ts'
import type { Handler, Listening, Place } from './serve/listening.ts'
import { rememberedAnswers } from './remembered-answers.ts'
import { serveTcp } from './serve/tcp.ts'
import { serveUdp } from './serve/udp.ts'

export interface DnsConfig {
  readonly cut: LiveCut
  readonly host: string
  /** 0: a free one. */
  readonly port: number
  /** Default `cluster.local`. */
  readonly domain?: string
  /** Networks of the cluster's pods and services, whose addresses nobody else is asked about. */
  readonly networks: readonly string[]
  /** Asked about everything else; default: those of the machine's resolv.conf. */
  readonly upstreams?: readonly Upstream[]
  readonly clock?: Clock
  readonly onBug: (error: unknown) => void
}

export interface RunningDns extends RunningService {
  readonly port: number
}

/** Answers for the names of the cluster, from its cut, and passes on what is asked about others. Over UDP and TCP at one port. */
export const start = async (config: DnsConfig): Promise<RunningDns> => {
  const { cut, host, domain = 'cluster.local', networks, upstreams, clock = systemClock, onBug } = config
  const servers = machinesServers([host])
  const world = {
    cut,
    zone: { domain, networks },
    forwarder: forwarder({
      clock,
      servers: async () => upstreams ?? (await servers(clock.now())).map(address => ({ address })),
    }),
  }
  const answer = rememberedAnswers(cut, (packet, tcp) => answerTo(world, packet, tcp))
  const handle: Handler = (packet, tcp) =>
    answer(packet, tcp).catch((error: unknown) => {
      onBug(error)
      return undefined
    })
  const { udp, tcp } = await serveBoth({ host, port: config.port }, handle)
  return {
    name: 'dns',
    port: udp.port,
    stop: async () => {
      await Promise.all([udp.close(), tcp.close()])
    },
  }
}

/** How many ports are tried where any will do: what is free over UDP may be taken over TCP. */
const mostTries = 20

const serveBoth = async (
  place: Place,
  handle: Handler,
): Promise<{ readonly udp: Listening; readonly tcp: Listening }> => {
  for (let left = place.port === 0 ? mostTries : 1; ; left--) {
    const udp = await serveUdp(place, handle)
    try {
      return { udp, tcp: await serveTcp({ ...place, port: udp.port }, handle) }
    } catch (error) {
      await udp.close()
      if (left === 1 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
}
