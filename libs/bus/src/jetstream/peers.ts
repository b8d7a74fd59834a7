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
