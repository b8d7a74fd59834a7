import { connectBus, forgetLostReaders, setReplicas } from '@periplus/bus'
import type { Bus, StreamCopies } from '@periplus/bus'
import { E, messageOf } from '@periplus/prelude'
import { startNats } from '@periplus/service'
import { clusterOf } from '../home/cluster-file.ts'
import { natsConnection } from '../home/connections.ts'
import type { Home } from '../home/home.ts'
import { CannotGoOn } from '../home/say.ts'
import type { Settings } from '../home/settings.ts'
import { natsOptions } from '../supervisor/children.ts'
import { takeOver } from '../supervisor/take-over.ts'
import { ensureTools } from '../supervisor/tools.ts'
import { up } from '../supervisor/up.ts'
import { lackOf } from './change-servers.ts'
import { replicas, until, untilNudged } from './until.ts'

const withBus = async (home: Home, use: (bus: Bus) => Promise<void>): Promise<void> => {
  const bus = await connectBus({ ...natsConnection(home, undefined, 'control-plane'), name: 'renew-copy' })
  if (E.isLeft(bus)) throw new CannotGoOn(`NATS cannot be reached: ${bus.left.message}`)
  try {
    await use(bus.right)
  } finally {
    await bus.right.close()
  }
}

const toReplicas = async (bus: Bus, stream: string, count: number): Promise<string | undefined> => {
  const set = await setReplicas(bus, stream, count)
  return E.isLeft(set) ? `${stream}: ${set.left.message}` : undefined
}

const lacking = async (
  bus: Bus,
  stream: string,
  lack: (copies: StreamCopies) => Promise<string | undefined> | string | undefined,
): Promise<string | undefined> => {
  const copies = await bus.jetstream.copies(stream)
  return E.isLeft(copies) ? `${stream}: ${copies.left.message}` : lack(copies.right)
}

/** Milliseconds in which the others have heard of a server that said that it stops. */
const heardWithin = 5_000

/** Starts a server that has stopped, until the others know that it lives; does something meanwhile, and has it say that it stops. */
export type Briefly = (meanwhile: () => Promise<void>) => Promise<void>

/**
 * Until the others know that a server has stopped. Of one that was killed they do not know it for three minutes (NATS 2.15), as
 * its supervisor kills one that does not stop in ten seconds: it is started once more, and stops in order.
 */
const known = async (bus: Bus, stream: string, name: string, briefly: Briefly): Promise<void> => {
  const missing = `${stream}: it is not known yet that ${name} has stopped`
  const asked = (): Promise<string | undefined> =>
    lacking(bus, stream, ({ leader, others }) =>
      leader === name || others.some(other => other.name === name && !other.offline) ? missing : undefined,
    )
  await untilNudged(asked, { afterMilliseconds: heardWithin }, () => briefly(() => Promise.resolve()))
}

/**
 * Milliseconds in which servers do with one fewer, if they do. Of two changes of the number that come close to each other, such as by
 * somebody who writes another setting with the number that he had read, they may carry out the first alone (NATS 2.15).
 */
const takenWithin = 5_000

const withoutLostReaders = async (bus: Bus, stream: string): Promise<string | undefined> => {
  const forgotten = await forgetLostReaders(bus, stream)
  return E.isLeft(forgotten) ? `${stream}: ${forgotten.left.message}` : undefined
}

/**
 * Until the others alone keep the stream. Of several servers NATS does without one that it knows to be offline, and otherwise without
 * any: so nothing is asked of it before it knows, and the others have everything. Where they alone keep it already, nothing is done.
 */
export const dropCopy = async (bus: Bus, stream: string, name: string, briefly: Briefly): Promise<void> => {
  const ready = async (): Promise<void> => {
    await known(bus, stream, name, briefly)
    await until(() => lacking(bus, stream, copies => lackOf(stream, copies, replicas - 1, name)), {
      whileChanging: true,
    })
    await until(() => withoutLostReaders(bus, stream))
  }
  const dropped = (copies: StreamCopies): string | undefined =>
    copies.others.some(other => other.name === name)
      ? `${stream} is still to be kept by ${name}`
      : lackOf(stream, copies, replicas - 1)
  const asked = async (): Promise<string | undefined> =>
    (await toReplicas(bus, stream, replicas - 1)) ?? (await lacking(bus, stream, dropped))
  await ready()
  await untilNudged(asked, { afterMilliseconds: takenWithin }, async () => {
    // While a server is offline, as many as before cannot keep it.
    await briefly(() => until(() => toReplicas(bus, stream, replicas)))
    await ready()
  })
}

/** What a server lacks of a stream that it is given anew: who leads counts what is on its way as there. */
const lackOfEnd = async (bus: Bus, stream: string, copyOf: string): Promise<string | undefined> => {
  const state = await bus.jetstream.state(stream)
  if (E.isLeft(state)) return `${stream}: ${state.left.message}`
  const { lastSequence: last } = state.right
  const missing = `${stream}: ${copyOf} has not come to ${last}`
  try {
    for await (const messages of bus.jetstream.read({ stream, from: last, to: last, copyOf }))
      if (messages.length > 0) return undefined
    return missing
  } catch (error) {
    return `${missing}: ${messageOf(error)}`
  }
}

/** Until as many as before keep it again, each with all of it. However much that is: for as long as it comes nearer. */
export const takeCopy = async (bus: Bus, stream: string): Promise<void> => {
  await until(() => toReplicas(bus, stream, replicas))
  await until(
    () =>
      lacking(bus, stream, async copies => {
        const lack = lackOf(stream, copies, replicas)
        if (lack !== undefined) return lack
        for (const { name } of copies.others) {
          const missing = await lackOfEnd(bus, stream, name)
          if (missing !== undefined) return missing
        }
        return undefined
      }),
    { whileChanging: true },
  )
}

const brieflyHere =
  (home: Home, settings: Settings, stream: string): Briefly =>
  async meanwhile => {
    const { natsServer } = await ensureTools(home, settings, () => undefined)
    if (natsServer === undefined) throw new CannotGoOn('there is no NATS server to start')
    const nats = await startNats(natsOptions(home, settings, natsServer))
    if (E.isLeft(nats)) throw new CannotGoOn(nats.left)
    const { servers, user, password } = nats.right
    try {
      const bus = await connectBus({ servers, user, password, name: 'renew-copy' })
      if (E.isLeft(bus)) throw new CannotGoOn(`NATS cannot be reached: ${bus.left.message}`)
      try {
        // Answered by the others, through it.
        await until(() => lacking(bus.right, stream, () => undefined))
        await meanwhile()
      } finally {
        await bus.right.close()
      }
    } finally {
      await nats.right.stop()
    }
  }

/**
 * Has this host's copy of a stream made anew from the others'. Its server stops meanwhile, with everything but the pods; the others go on,
 * and have all of it at any moment.
 */
export const renewCopy = async (home: Home, settings: Settings, stream: string): Promise<void> => {
  const { nodeName } = clusterOf(home)
  const taken = await takeOver(home)
  try {
    await withBus(home, bus => dropCopy(bus, stream, nodeName, brieflyHere(home, settings, stream)))
  } finally {
    await taken?.lock.release()
    await up(home, settings, () => undefined)
  }
  await withBus(home, bus => takeCopy(bus, stream))
}

/** The end of what `renewCopy` does, where that was broken off. */
export const giveCopy = (home: Home, stream: string): Promise<void> => withBus(home, bus => takeCopy(bus, stream))
