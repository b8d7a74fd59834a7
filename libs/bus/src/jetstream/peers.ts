import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus } from '../bus.ts'
import type { BusRefusal } from '../refusal.ts'
import { askApi } from './api-requests.ts'

type Asked<A> = Promise<Either<BusRefusal, A>>

interface InfoAnswer {
  readonly config: Readonly<Record<string, unknown>>
}

const info = (bus: Bus, stream: string): Asked<InfoAnswer> => askApi(bus, `$JS.API.STREAM.INFO.${stream}`, {})

/** Has so many servers keep a stream. Of more, the one that leads stays, and those that do not answer go first. */
export const setReplicas = async (bus: Bus, stream: string, replicas: number): Asked<void> => {
  const found = await info(bus, stream)
  if (E.isLeft(found)) return found
  const { config } = found.right
  if (config['num_replicas'] === replicas) return E.right(undefined)
  const wanted = { ...config, num_replicas: replicas }
  return E.map(() => undefined)(await askApi(bus, `$JS.API.STREAM.UPDATE.${stream}`, wanted))
}

interface ConsumersAnswer {
  readonly total: number
  readonly consumers: readonly { readonly config: { readonly durable_name?: string } }[]
  /** Those on servers that are known to be away, and others that did not answer in time. */
  readonly missing?: readonly string[]
}

/** Of those that keep no place, by name. */
const lostReaders = async (bus: Bus, stream: string): Asked<readonly string[]> => {
  const lost: string[] = []
  for (let offset = 0, total = 1; offset < total;) {
    const page = await askApi<ConsumersAnswer>(bus, `$JS.API.CONSUMER.LIST.${stream}`, { offset })
    if (E.isLeft(page)) return page
    const { consumers, missing = [] } = page.right
    const durable = new Set(consumers.map(({ config }) => config.durable_name))
    lost.push(...missing.filter(name => !durable.has(name)))
    total = page.right.total
    offset += Math.max(1, consumers.length)
  }
  return E.right(lost)
}

/** Milliseconds. Who would answer is away, and what is asked of the others is done all the same. */
const unansweredWithin = 1_000

/**
 * Has the readers of a stream forgotten that are on servers known to be away: whoever read by one of them begins another, and as long as
 * they are remembered, the stream does not do without the server that they are on (NATS 2.15).
 */
export const forgetLostReaders = async (bus: Bus, stream: string): Asked<void> => {
  const lost = await lostReaders(bus, stream)
  if (E.isLeft(lost)) return lost
  if (lost.right.length === 0) return E.right(undefined)
  const options = { timeoutMilliseconds: unansweredWithin }
  await Promise.all(
    lost.right.map(name => bus.request(`$JS.API.CONSUMER.DELETE.${stream}.${name}`, new Uint8Array(), options)),
  )
  const left = await lostReaders(bus, stream)
  if (E.isLeft(left)) return left
  return left.right.length === 0
    ? E.right(undefined)
    : E.left({ tag: 'Unavailable', message: `its readers ${left.right.join(', ')} are on a server that is away` })
}

/** Has another server lead a stream; which one, they choose. */
export const stepDown = async (bus: Bus, stream: string): Asked<void> =>
  E.map(() => undefined)(await askApi(bus, `$JS.API.STREAM.LEADER.STEPDOWN.${stream}`, {}))

/** Has another server keep a stream in the place of this one, which need not live. `Rejected` where there is none that does not keep it yet. */
export const replacePeer = async (bus: Bus, stream: string, server: string): Asked<void> =>
  E.map(() => undefined)(await askApi(bus, `$JS.API.STREAM.PEER.REMOVE.${stream}`, { peer: server }))

const noSuchServer = 10044

/**
 * Takes a server out of the number of those that decide together; fine where it is not among them. One that lives keeps no streams from
 * then on. `bus` is of the system account.
 */
export const removeServer = async (bus: Bus, server: string): Asked<void> =>
  E.map(() => undefined)(await askApi(bus, '$JS.API.SERVER.REMOVE', { peer: server }, { unless: noSuchServer }))
