import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { connectBus } from '@periplus/bus'
import { builtInBackends } from '@periplus/logs'
import type { LogWriter, OpenRefusal } from '@periplus/logs'
import { containedClock, E, messageOf, systemClock, thrownAt, thrownText } from '@periplus/prelude'
import { startBridge } from '@periplus/projector'
import { logger } from '@periplus/service'
import { CannotGoOn } from '../home/say.ts'

/** What the file of a consumer says (`addConsumer`). */
interface ConsumerFile {
  readonly servers: string
  readonly ca?: string
  readonly user: string
  readonly password: string
  readonly stream: string
  readonly consumer: string
  readonly domain: string
}

/** Where events go: the name of a backend of logs, its configuration, and what a Secret would have, by its keys. */
interface SinkFile {
  readonly backend: string
  readonly config?: unknown
  readonly credentials?: Readonly<Record<string, string>>
}

const texts = ['servers', 'user', 'password', 'stream', 'consumer', 'domain'] as const
const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** Throws `CannotGoOn`, in words that quote nothing of what is in the file. */
const readFile = (path: string): Readonly<Record<string, unknown>> => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new CannotGoOn(messageOf(error))
  }
  try {
    const value = parse(text) as unknown
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>
  } catch {
    // Its message shows the line.
  }
  throw new CannotGoOn(`${path} is neither YAML nor JSON of an object`)
}

const consumerIn = (path: string): ConsumerFile => {
  const value = readFile(path)
  const absent = texts.find(name => !isText(value[name]))
  if (absent !== undefined) throw new CannotGoOn(`${path} is no file of a consumer: it has no ${absent}`)
  return value as unknown as ConsumerFile
}

const sinkIn = (path: string): SinkFile => {
  const { backend, config, credentials = {} } = readFile(path)
  if (!isText(backend)) throw new CannotGoOn(`${path} names no backend, such as webhook or kafka`)
  if (typeof credentials !== 'object' || credentials === null || !Object.values(credentials).every(isText))
    throw new CannotGoOn(`${path}: credentials must be texts`)
  return { backend, config, credentials: credentials as Readonly<Record<string, string>> }
}

const refusalText = (refusal: OpenRefusal): string =>
  refusal.tag === 'Unavailable'
    ? refusal.message
    : refusal.faults.map(({ field, message }) => (field === '' ? message : `config.${field} ${message}`)).join('; ')

/** Whoever runs a bridge says where it goes. */
const limits = { answerWithin: 10_000, answerBytes: 64 * 1024, mayReach: () => true, directory: process.cwd() }

const openWriter = async (path: string): Promise<LogWriter> => {
  const { backend: name, config, credentials = {} } = sinkIn(path)
  const backend = builtInBackends.get(name)
  if (!backend)
    throw new CannotGoOn(`there is no backend '${name}': there are ${[...builtInBackends.keys()].join(', ')}`)
  const opened = await backend.open(config ?? {}, new Map(Object.entries(credentials)), limits)()
  if (E.isLeft(opened)) throw new CannotGoOn(`${path}: ${refusalText(opened.left)}`)
  return opened.right
}

/** Brings the events that a consumer is given to a backend of logs, until it is told to end. Needs nothing of the cluster but the two files. */
export const serveBridge = async (consumerFile: string, sinkFile: string): Promise<void> => {
  const { servers, ca, user, password, stream, consumer, domain } = consumerIn(consumerFile)
  const writer = await openWriter(sinkFile)
  const log = logger('bridge')
  const told = new Promise<void>(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
  const bus = await connectBus({ servers, user, password, name: consumer, ...(ca === undefined ? {} : { ca }) })
  if (E.isLeft(bus)) throw new CannotGoOn(`the feed cannot be reached: ${bus.left.message}`)
  const onBug = (error: unknown): void =>
    log.error('the bridge failed', { error: thrownText(error), at: thrownAt(error) })
  const running = startBridge({
    ...{ bus: bus.right, place: { domain, stream, reader: consumer }, writer, onBug },
    clock: containedClock(systemClock, onBug),
    onFailure: failure =>
      failure
        ? log.warn('the backend takes nothing', { tag: failure.tag, why: failure.why })
        : log.warn('the feed is asked again', { consumer }),
    onLost: (id, why) => log.error('an event was refused for good', { id, why }),
  })
  log.info('ready', { consumer })
  await told
  await running.stop()
  await bus.right.close()
}
