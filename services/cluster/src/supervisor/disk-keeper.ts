import { pause as pauseFor, repeatedly } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import {
  compressRotated,
  dailyOutputs,
  diskReserve,
  freeBytes,
  lowBytes,
  mebibytes,
  portionBytes,
  reserveForStream,
  unaccountedGaps,
} from '@periplus/service'
import type { Logger, NatsHealth, RunningService } from '@periplus/service'
import type { Home } from '../home/home.ts'
import type { AtRest } from './pods-at-rest.ts'
import { outputsOf } from '../home/outputs.ts'

/** With less than this, reserve included, no server can start. */
const neededBytes = 32 * 1024 ** 2

const lookEvery = 1_000
/** Room that comes is the reserve's first, before whoever writes next. */
const takeEvery = 100
const firstPause = 2_000
const longestPause = 60_000
/** A server that has just been started writes the log's next block with the next event, which comes with the next heartbeat. */
const lookForBlockEvery = 200
const mostLooksForBlock = 25

/** The server of the log, as far as its disk is concerned. */
export interface LogServer {
  health(): Promise<NatsHealth>
  restart(): Promise<void>
}

/** Why a server takes nothing more for a stream or for all; `undefined` where it does. */
const whyStopped = (health: NatsHealth): string | undefined =>
  health.tag === 'WriteError' || health.tag === 'Disabled' ? health.message : undefined

const hasStoppedLog = (health: NatsHealth): boolean =>
  health.tag === 'Disabled' || (health.tag === 'WriteError' && health.streams.includes('OBJECTS'))

export type DiskStep = 'GiveBack' | 'Restart' | 'Nothing'

/**
 * What to do for a log on a disk that may be full, once its reserve has taken what there is. The server keeps an error of the disk until
 * it is started again, and a start needs room. The log's own stream has room that nobody else can take, so as long as it takes events, a
 * restart for the sake of another stream waits until there is room for all.
 */
export const diskStep = ({
  health,
  free,
  held,
}: {
  readonly health: NatsHealth
  readonly free: number
  /** Bytes of the reserve that are there. */
  readonly held: number
}): DiskStep => {
  if (whyStopped(health) === undefined) return 'Nothing'
  if (free >= lowBytes) return 'Restart'
  if (!hasStoppedLog(health)) return 'Nothing'
  return held > 0 && held + free >= portionBytes ? 'GiveBack' : 'Nothing'
}

export interface DiskKeeping {
  readonly clock: Clock
  readonly log: Logger
  /** Has `act` done while no container writes to the disk. */
  readonly atRest: AtRest
}

/** Looks after the disk of a cluster. */
export interface DiskKeeper {
  /**
   * Starts the cluster. Where there is no room for that, the reserve gives what is lacking, and takes back what the start has left of it;
   * so long, pods that outlived the cluster write nothing.
   */
  starting(start: () => Promise<void>): Promise<void>
  /** Keeps the log able to write while disks fill up, and our own outputs within their limits, until it is stopped; `serverNow`: where there is one. */
  keep(serverNow: () => LogServer | undefined): RunningService
}

export const diskKeeper = (home: Home, { clock, log, atRest }: DiskKeeping): DiskKeeper => {
  const reserve = diskReserve(home.nats)
  const gaps = unaccountedGaps(home.nats)
  const outputs = dailyOutputs(clock)
  const compressing = compressor(() => outputsOf(home))
  let pause = firstPause
  let restartFrom = 0
  /** What was given for the start is not taken in the middle of it. */
  let isLent = false
  let told: 'low' | undefined

  const tell = (free: number): void => {
    const low = free < lowBytes ? 'low' : undefined
    if (low === told) return
    told = low
    if (low) log.warn('the disk is nearly full: nothing new is created until there is room', { free: mebibytes(free) })
    else log.info('there is room on the disk again', { free: mebibytes(free) })
  }
  const restart = async (logServer: LogServer, reason: string): Promise<void> => {
    restartFrom = clock.now() + pause
    pause = Math.min(pause * 2, longestPause)
    log.warn('nats has stopped writing and is started again', { reason })
    await logServer.restart()
  }
  /** Once the log's server has its next block on the disk, the reserve gets what is left. */
  const keepTheRest = async (): Promise<void> => {
    for (let left = mostLooksForBlock; left > 0 && !(await reserveForStream(home.nats, 'OBJECTS')); left--)
      await pauseFor(clock, lookForBlockEvery)
    if (!isLent) await reserve.take(0)
  }
  /** What is given back is for the log alone: containers wait until it has its next block, and the reserve the rest. */
  const giveBack = (logServer: LogServer, reason: string): Promise<void> =>
    atRest(async () => {
      log.warn("the log's reserve is given back", { portion: mebibytes(portionBytes), reason })
      reserve.giveBack(portionBytes)
      // There is room now, unlike after a restart in vain.
      pause = firstPause
      await restart(logServer, reason)
      await keepTheRest()
    })
  const takeReserve = async (): Promise<void> => {
    for (let left = lookEvery / takeEvery; left > 0 && !isLent; left--) {
      const before = reserve.held()
      if (await reserve.take()) return
      // Room alone does not do where files cannot be given blocks beforehand.
      if (reserve.held() === before && (freeBytes(home.nats) ?? 0) >= lowBytes) return
      await pauseFor(clock, takeEvery)
    }
  }
  const look = async (server: LogServer | undefined): Promise<void> => {
    compressing.look(outputs.look(outputsOf(home)))
    if (!server) return
    await takeReserve()
    const free = freeBytes(home.nats) ?? Infinity
    tell(free)
    await reserveForStream(home.nats, 'OBJECTS')
    const health = await server.health()
    if (health.tag === 'Well' && free >= lowBytes) pause = firstPause
    remember(health)
    const step = diskStep({ health, free, held: reserve.held() })
    if (step === 'Nothing' || clock.now() < restartFrom) return
    await (step === 'GiveBack' ? giveBack : restart)(server, whyStopped(health) ?? '')
    // It may have failed to write until it ended.
    remember(health)
  }
  const remember = (health: NatsHealth): void => {
    if (!hasStoppedLog(health) || gaps.set()) return
    log.warn('a full disk has no room for the note that the log has gaps', { directory: home.nats })
  }
  return {
    starting: async start => {
      const lacking = neededBytes - (freeBytes(home.directory) ?? neededBytes)
      if (lacking <= 0 || reserve.held() === 0) return start()
      await atRest(async () => {
        log.warn("the log's reserve is given back for the start", { portion: mebibytes(lacking) })
        reserve.giveBack(lacking)
        isLent = true
        await start().finally(() => (isLent = false))
        await keepTheRest()
      })
    },
    keep: serverNow => {
      const looking = repeatedly(clock, lookEvery, () =>
        look(serverNow()).catch((error: unknown) =>
          log.error('the disk cannot be looked after', { reason: String(error) }),
        ),
      )
      return { name: 'disk', stop: () => looking.stop().then(compressing.stop) }
    },
  }
}

/** Compresses what outputs were before, beside whoever looks after the disk: it takes seconds. */
const compressor = (paths: () => readonly string[]) => {
  const stopping = new AbortController()
  // Of a supervisor before this one some may be left.
  let isDue = true
  let running: Promise<void> | undefined
  const run = async (): Promise<void> => {
    for (const path of paths()) await compressRotated(path, stopping.signal)
    running = undefined
  }
  return {
    look: (hasRotated: boolean): void => {
      isDue ||= hasRotated
      if (!isDue || running) return
      isDue = false
      running = run()
    },
    stop: async (): Promise<void> => {
      stopping.abort()
      await running
    },
  }
}

/** Why a cluster cannot be started on this disk, in one line. */
export const diskRefusal = (home: Home): string | undefined => {
  const free = freeBytes(home.directory)
  if (free === undefined) return undefined
  const room = free + diskReserve(home.nats).held()
  return room >= neededBytes
    ? undefined
    : `${home.directory} has ${mebibytes(room)} free and a cluster needs ${mebibytes(neededBytes)} to start: make room on that disk`
}
