import { randomUUID } from 'node:crypto'
import { utimes, writeFileSync } from 'node:fs'
import { E, freshSeed, seededRandom, sharedTurn, systemClock, thrownAt, thrownText } from '@periplus/prelude'
import type { Bus } from '@periplus/bus'
import { requesterAuthorizer } from '@periplus/apiserver'
import { builtInAdmission, createCommands, webhookConditions } from '@periplus/commands'
import type { AuthorizeRequester, Command, Commands, GroupCommands, WebhookAdmission } from '@periplus/commands'
import { kindsAt } from '@periplus/custom'
import { noLog } from '@periplus/log'
import type { EventLog, MissingHere, SetAside } from '@periplus/log'
import type { LiveCut, SnapshotSource } from '@periplus/projection'
import { logger, metrics, stopAll, watchdog } from '@periplus/service'
import type { LogFields, Logger, Metrics, RunningService } from '@periplus/service'
import { conversionWebhooks, httpsWebhooks, serviceResolver } from '@periplus/webhooks'
import type { ConvertObjects, ResolveService } from '@periplus/webhooks'
import type { Settings } from '../home/settings.ts'
import type { RestoredLog } from './restored-log.ts'
import { clusterOf } from '../home/cluster-file.ts'
import type { ClusterFile } from '../home/cluster-file.ts'
import type { NatsRole } from '../home/connections.ts'
import type { Home } from '../home/home.ts'
import type { ProcessTools } from './process-tools.ts'
import { openCut } from './open-cut.ts'
import { guarded, openBus, openLog } from './open.ts'
import { openSealing } from './sealing.ts'
import type { KeyUse, Sealing } from './sealing.ts'
import { isAnsweredFor, waitUntil } from './start-waits.ts'

const beatEvery = 1_000

/** What every process of a cluster has: one connection, the log, one cut that follows it, and the write path. */
export interface ClusterProcess extends ProcessTools {
  readonly bus: Bus
  /** Another connection of the same user, for what may fill it; closed with the process. */
  readonly connect: (purpose: string) => Promise<Bus>
  readonly log: EventLog
  /** The log as it is kept: what is sealed there, is. */
  readonly kept: EventLog
  readonly sealing: Sealing
  readonly cut: LiveCut
  readonly commands: GroupCommands
  /** The same for what the cluster cannot begin without: no webhook is asked, as whoever would answer may not run yet. */
  readonly firstCommands: Commands
  readonly webhooks: WebhookAdmission
  /** Who may do what, as policies ask. */
  readonly authorize: AuthorizeRequester
  readonly convert: ConvertObjects
  /** Where services are to be reached from here. */
  readonly resolve: ResolveService
  /** The write path of those who may write for a time only. */
  readonly commandsWhile: (mayAppend: () => boolean) => Promise<Commands>
  readonly cluster: ClusterFile
  /** The process is a node whose cut is of what concerns it alone. */
  readonly isFed: boolean
}

/** The first few are named one by one; the counter knows of all. */
const namedOneByOne = 100

const tellOfSetAside = (log: Logger, collected: Metrics): ((found: SetAside) => void) => {
  const counter = collected.counter(
    'periplus_log_set_aside_total',
    "Messages on the log's stream that are no events: they stay there, and every reader steps over them.",
  )
  let told = 0
  return ({ sequence, subject, reason }) => {
    counter.add(1)
    if (told++ < namedOneByOne)
      log.error('a message of the log is no event and is set aside: every reader steps over it', {
        sequence,
        subject: subject.slice(0, 512),
        reason,
      })
  }
}

const tellOfMissing = (log: Logger, collected: Metrics): ((missing: MissingHere) => void) => {
  const counter = collected.counter(
    'periplus_log_missing_here_total',
    'Events that one of the servers that keep the log has lost, and that were read from the one that leads.',
  )
  return ({ from, to, messages }) => {
    counter.add(messages)
    log.error(
      "a server of the log lacks events, which were read from the one that leads: 'periplus verify --repair' there gives it a new copy",
      { from, to, messages },
    )
  }
}

export interface ProcessOf {
  readonly home: Home
  readonly settings: Settings
  readonly name: string
  readonly readyPath: string
  readonly role: NatsRole
  /** Streams that it makes where they are not there, and those that others make. */
  readonly makes: readonly string[]
  readonly awaits: readonly string[]
  /** What it is to what is sealed. */
  readonly keyUse: KeyUse
}

/**
 * Runs one process of the cluster: connects, lets `compose` start its services, says that it is ready, and stops them in
 * reverse order at SIGTERM. A cut that can no longer follow the log ends the process, which its supervisor starts again.
 */
export const runProcess = async (
  { home, settings, name, readyPath, role, makes, awaits, keyUse }: ProcessOf,
  open: {
    readonly store?: (logger: Logger) => Promise<SnapshotSource | undefined>
    /** Before the log is made: what it begins with, where that is a backup. */
    readonly restore?: (bus: Bus, logger: Logger) => Promise<RestoredLog | undefined>
    /** Before the log is read. */
    readonly check?: (opened: Pick<ClusterProcess, 'bus' | 'log' | 'logger'>) => Promise<void>
  },
  compose: (process: ClusterProcess) => Promise<void>,
): Promise<void> => {
  const log = logger(name)
  const cluster = clusterOf(home)
  const measured = metrics()
  const bugs = measured.counter('periplus_bugs_total', 'Throws that nobody expected, outside of decisions.')
  const bug = (message: string, error: unknown, fields: LogFields = {}): void => {
    bugs.add(1)
    log.error(message, { ...fields, error: thrownText(error), at: thrownAt(error) })
  }
  endAtTheUnforeseen(log)
  const told = new Promise<void>(resolve => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
  const services: RunningService[] = []
  const onStop = (service: RunningService): void => void services.push(service)

  const bus = await openBus(home, settings, name, role)
  onStop({ name: 'bus', stop: () => bus.close() })
  const connect = async (purpose: string): Promise<Bus> => {
    const another = await openBus(home, settings, `${name}-${purpose}`, role)
    onStop({ name: `bus of ${purpose}`, stop: () => another.close() })
    return another
  }
  const fedNode = typeof role === 'object' && settings.nodeFeed === '1' ? role.node : undefined
  for (const stream of new Set(fedNode === undefined ? ['OBJECTS', ...makes] : []))
    await waitUntil(() => isAnsweredFor(stream, bus), { what: `NATS to answer for ${stream}`, told, log })
  // Who does not make a stream waits until an API server has.
  for (const stream of fedNode === undefined ? awaits : [])
    await waitUntil(async () => E.isRight(await bus.jetstream.state(stream)), {
      ...{ what: `an API server to make the stream ${stream}`, told, log },
    })
  const madeElsewhere = cluster.joined ? { madeElsewhere: true } : {}
  const restored = await open.restore?.(bus, log)
  const openedLog = async (): Promise<EventLog> =>
    guarded(
      await openLog(bus, { home, settings }, cluster.name, {
        onSetAside: tellOfSetAside(log, measured),
        onMissingHere: tellOfMissing(log, measured),
        ...madeElsewhere,
        ...(restored ? { beginsAfter: restored.beginsAfter } : {}),
      }),
      home,
      settings,
    )
  const kept = fedNode === undefined ? await openedLog() : noLog('a node reads what concerns it, and no log')
  restored?.made()
  await open.check?.({ bus, log: kept, logger: log })
  const onBug = (error: unknown): void => bug('a timer failed', error)
  const sealing = await openSealing(bus, {
    ...{ home, settings, use: keyUse, told, log },
    process: { metrics: measured, onBug, onStop },
  })
  const events = sealing.readable(kept)
  const store = await open.store?.(log)
  const running = await openCut({
    ...{ bus, log: events, store: store && sealing.readableStore(store), fedNode, logger: log },
    onListenerThrow: error => bug('a listener failed', error),
  })
  onStop({ name: 'cut', stop: () => running.close() })
  const { cut } = running
  // What is deleted is about to be unreadable; no process goes on reading it with a key that it still has.
  cut.subscribe(changes => {
    for (const { event } of changes) if (event.type === 'deleted' && event.stored) sealing.sealer.forget(event.uid)
  })
  const resolve = serviceResolver(cut, seededRandom(freshSeed()))
  const client = httpsWebhooks({ resolve, clock: systemClock })
  onStop({ name: 'webhooks', stop: async () => client.close() })
  const authorize = requesterAuthorizer(cut)
  const webhooks: WebhookAdmission = { client, matchConditions: webhookConditions(authorize) }
  const convert = conversionWebhooks({ client, newId: randomUUID })
  const writing = {
    cut,
    log: events,
    kindsAt,
    admission: builtInAdmission,
    authorize,
    clock: systemClock,
    turn: sharedTurn,
    onBug: (error: unknown, { verb, kind }: Command) =>
      bug('a command failed', error, { verb, resource: kind.resource }),
  }
  const commands = createCommands({ ...writing, webhooks, convert })
  const commandsWhile = async (mayAppend: () => boolean): Promise<Commands> => {
    const opened = await openLog(bus, { home, settings }, cluster.name, { mayAppend, ...madeElsewhere })
    const log = sealing.readable(guarded(opened, home, settings))
    return createCommands({ ...writing, log, webhooks, convert })
  }

  onStop(watchdog({ component: name, metrics: measured }))
  await compose({
    ...{ bus, connect, log: events, kept, sealing, cut, commands, commandsWhile, webhooks, authorize, convert },
    ...{ resolve, cluster, isFed: fedNode !== undefined },
    firstCommands: createCommands(writing),
    ...{ logger: log, metrics: measured, onBug, onStop },
  })
  writeFileSync(readyPath, '', { mode: 0o600 })
  // An event loop that stands still touches nothing, and its supervisor sees that.
  const beat = setInterval(() => utimes(readyPath, new Date(), new Date(), () => undefined), beatEvery)
  onStop({ name: 'beat', stop: async () => clearInterval(beat) })
  log.info('ready', { sequence: cut.sequence })
  await Promise.race([told, running.ended])
  await stopAll(services)
}

/**
 * The last resort: what no boundary within the process contained has left it in a state that nobody knows. It says so in one line
 * and ends; its supervisor starts it again on what the log has.
 */
const endAtTheUnforeseen = (log: Logger): void => {
  const end =
    (message: string) =>
    (error: unknown): void => {
      log.error(message, { error: thrownText(error), at: thrownAt(error) })
      process.exit(1)
    }
  process.once('uncaughtException', end('the process ends: an exception that nobody caught'))
  process.once('unhandledRejection', end('the process ends: a rejection that nobody handled'))
}
