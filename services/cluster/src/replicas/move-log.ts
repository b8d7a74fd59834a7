import { randomBytes } from 'node:crypto'
import { connectBus, copyStream } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { E } from '@periplus/prelude'
import { startNats } from '@periplus/service'
import type { LocalNats, LocalServer, StartNats } from '@periplus/service'
import { asideOf, layAside, settleAside } from '../home/log-aside.ts'
import type { Home } from '../home/home.ts'
import { natsMemberOf, writeNatsServers } from '../home/nats-servers.ts'
import type { NatsServers } from '../home/nats-servers.ts'
import { CannotGoOn } from '../home/say.ts'
import type { Say } from '../home/say.ts'
import type { Settings } from '../home/settings.ts'
import { natsOptions } from '../supervisor/children.ts'
import { lackOf } from './change-servers.ts'
import { replicas, until } from './until.ts'

export interface MoveLog {
  readonly home: Home
  readonly settings: Settings
  /** Of the server. */
  readonly binary: string
  readonly servers: NatsServers['servers']
  readonly nodeName: string
  readonly say: Say
}

/** The log comes last: where it is, the others are. */
const inOrder = (names: readonly string[]): readonly string[] => [
  ...names.filter(name => name !== 'OBJECTS'),
  'OBJECTS',
]

const started = async (options: StartNats): Promise<LocalNats> => {
  const nats = await startNats(options)
  if (E.isLeft(nats)) throw new CannotGoOn(nats.left)
  return nats.right
}

const busTo = async (servers: string, user: string, password: string): Promise<Bus> => {
  const bus = await connectBus({ servers, user, password, name: 'replicas' })
  if (E.isLeft(bus)) throw new CannotGoOn(`NATS cannot be reached: ${bus.left.message}`)
  return bus.right
}

/** What several servers cannot do is left out: that a stream is not synced. */
const onSeveral = ({ persist_mode: _, ...config }: Readonly<Record<string, unknown>>): object => ({
  ...config,
  num_replicas: replicas,
})

/** Copies a stream, in the place of what an earlier try has left of it. */
const copied = async (from: Bus, to: Bus, stream: string, say: Say): Promise<void> => {
  await until(async () => {
    const removed = await to.jetstream.remove(stream)
    if (E.isLeft(removed)) return `${stream} cannot be copied: ${removed.left.message}`
    const copy = await copyStream(from, to, stream, onSeveral)
    if (E.isLeft(copy)) return `${stream} cannot be copied: ${copy.left.message}`
    say(`  ${stream}: ${copy.right.messages} messages up to ${copy.right.lastSequence}`)
    return undefined
  })
  await until(
    async () => {
      const copies = await to.jetstream.copies(stream)
      return E.isLeft(copies) ? `${stream}: ${copies.left.message}` : lackOf(stream, copies.right, replicas)
    },
    { whileChanging: true },
  )
}

const copyAll = async (old: LocalNats, made: LocalNats, mover: string, say: Say): Promise<void> => {
  const [from, to] = [await busTo(old.servers, old.user, old.password), await busTo(made.servers, 'mover', mover)]
  try {
    await until(async () => {
      const state = await to.jetstream.state('OBJECTS')
      return E.isLeft(state) && state.left.tag === 'Unavailable' ? `no leader: ${state.left.message}` : undefined
    })
    const names = await from.jetstream.names()
    if (E.isLeft(names)) throw new CannotGoOn(`the streams cannot be listed: ${names.left.message}`)
    for (const stream of inOrder(names.right)) await copied(from, to, stream, say)
  } finally {
    await Promise.all([from, to].map(bus => bus.close()))
  }
}

/**
 * Copies the streams of this host's server, which was alone, to three servers, this host's being one of them. Nothing else of the cluster
 * may run on this host. Where it fails, everything is as it was.
 */
export const moveLog = async ({ home, settings, binary, servers, nodeName, say }: MoveLog): Promise<void> => {
  const member = natsMemberOf(home, { servers, replicated: true }, nodeName)
  if (!member) throw new CannotGoOn(`${nodeName} is not among the servers that are to keep the log`)
  settleAside(home)
  layAside(home)
  const mover = `p${randomBytes(16).toString('hex')}`
  const running: LocalServer[] = []
  try {
    const old = await started({ binary, directory: asideOf(home), sync: settings.sync })
    running.push(old)
    // Elsewhere than where clients look: they would take it for a log without events.
    const made = await started({ ...natsOptions(home, settings, binary, member), mover })
    running.push(made)
    await copyAll(old, made, mover, say)
    writeNatsServers(home, { servers, replicated: true })
  } finally {
    for (const server of running) await server.stop()
    settleAside(home)
  }
}
