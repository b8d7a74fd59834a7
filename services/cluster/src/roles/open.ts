import { E } from '@periplus/prelude'
import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { jetStreamEventLog, jetStreamRecordStream, withoutGrowth } from '@periplus/log'
import type { EventLog, JetStreamEventLogConfig, RecordStream } from '@periplus/log'
import { isNatsNewEnough, nearlyFull, neededNats } from '@periplus/service'
import { natsConnection } from '../home/connections.ts'
import type { NatsRole } from '../home/connections.ts'
import type { Home } from '../home/home.ts'
import { CannotGoOn } from '../home/say.ts'
import { openSnapshotStore } from './snapshot-store.ts'
import { replicasOf } from '../home/settings.ts'
import type { Settings } from '../home/settings.ts'

export const openBus = async (home: Home, settings: Settings, name: string, role: NatsRole): Promise<Bus> => {
  const bus = await connectBus({ ...natsConnection(home, settings.natsUrl, role), name })
  if (E.isLeft(bus)) throw new CannotGoOn(`NATS cannot be reached: ${bus.left.message}`)
  const { serverVersion } = bus.right
  if (isNatsNewEnough(serverVersion)) return bus.right
  await bus.right.close()
  throw new CannotGoOn(`NATS is of version ${serverVersion}: ${neededNats} or newer is needed`)
}

export const openLog = async (
  bus: Bus,
  { home, settings }: { readonly home: Home; readonly settings: Settings },
  cluster: string,
  options: Pick<
    JetStreamEventLogConfig,
    'onSetAside' | 'onMissingHere' | 'mayAppend' | 'beginsAfter' | 'madeElsewhere'
  > = {},
): Promise<EventLog> => {
  const snapshots = openSnapshotStore(bus, home, settings)
  const log = await jetStreamEventLog(bus, { cluster, replicas: replicasOf(settings), snapshots, ...options })
  if (E.isLeft(log)) throw new CannotGoOn(`the log cannot be opened: ${log.left.message}`)
  return log.right
}

/** The log of a server on this machine, which takes nothing new while the disk that it writes to is nearly full. */
export const guarded = (log: EventLog, home: Home, settings: Settings): EventLog =>
  settings.natsUrl === undefined ? withoutGrowth(log, nearlyFull(home.nats)) : log

/** With an age, decisions are kept for so long from now on. */
export const openDecisions = async (bus: Bus, maxAgeMilliseconds?: number): Promise<RecordStream> => {
  const age = maxAgeMilliseconds === undefined ? {} : { maxAgeMilliseconds }
  const stream = await jetStreamRecordStream(bus, { stream: 'DECISIONS', ...age })
  if (E.isLeft(stream)) throw new CannotGoOn(`the decisions' stream cannot be opened: ${stream.left.message}`)
  return stream.right
}
