import { pause as pauseFor, repeatedly } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import {
  boundFile,
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

const lookEvery = 1_000
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

export type DiskStep = 'GiveBack' | 'Restart' | 'TakeReserve' | 'Nothing'

/**
 * What to do for a log on a disk that may be full. The server keeps an error of the disk until it is started again, and a start
 * needs room. The log's own stream has room that nobody else can take, so as long as it takes events, a restart for the sake of
 * another stream waits until there is room for all.
 */
export const diskStep = ({
  health,
  free,
  reserve,
}: {
  readonly health: NatsHealth
  readonly free: number
  /** How much of the reserve is there. */
  readonly reserve: 'Whole' | 'Some' | 'None'
}): DiskStep => {
  if (health.tag !== 'WriteError') return reserve === 'Whole' || free < lowBytes ? 'Nothing' : 'TakeReserve'
  if (free >= lowBytes) return 'Restart'
  if (!health.streams.includes('OBJECTS')) return 'Nothing'
  return reserve === 'None' ? 'Nothing' : 'GiveBack'
}

export interface DiskKeeping {
  readonly clock: Clock
  readonly log: Logger
  /** Has `act` done while no container writes to the disk. */
  readonly atRest: AtRest
}

/** Keeps the log able to write while disks fill up, and our own outputs within their limits, until it is stopped; `serverNow`: where there is one. */
export const keepDisk = (
  home: Home,
  serverNow: () => LogServer | undefined,
  { clock, log, atRest }: DiskKeeping,
): RunningService => {
  const reserve = diskReserve(home.nats)
  const gaps = unaccountedGaps(home.nats)
  let pause = firstPause
  let restartFrom = 0
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
  /** What is given back is for the log alone: containers wait until it has its next block, which they would have taken at once. */
  const giveBack = (logServer: LogServer, reason: string): Promise<void> =>
    atRest(async () => {
      log.warn("the log's reserve is given back", { portion: mebibytes(portionBytes), reason })
      reserve.giveBack(portionBytes)
      // There is room now, unlike after a restart in vain.
      pause = firstPause
      await restart(logServer, reason)
      for (let left = mostLooksForBlock; left > 0 && !(await reserveForStream(home.nats, 'OBJECTS')); left--)
        await pauseFor(clock, lookForBlockEvery)
    })
  const look = async (): Promise<void> => {
    for (const path of outputsOf(home)) boundFile(path)
    const server = serverNow()
    if (!server) return
    const free = freeBytes(home.nats) ?? Infinity
    tell(free)
    await reserveForStream(home.nats, 'OBJECTS')
    const health = await server.health()
    const reason = health.tag === 'WriteError' ? health.message : ''
    if (health.tag === 'Well' && free >= lowBytes) pause = firstPause
    remember(health)
    const step = diskStep({ health, free, reserve: reserve.isWhole() ? 'Whole' : reserve.held() > 0 ? 'Some' : 'None' })
    switch (step) {
      case 'GiveBack':
      case 'Restart':
        if (clock.now() < restartFrom) return
        await (step === 'GiveBack' ? giveBack : restart)(server, reason)
        // It may have failed to write until it ended.
        return remember(health)
      case 'TakeReserve':
        return void (await reserve.take())
      case 'Nothing':
    }
  }
  const remember = (health: NatsHealth): void => {
    if (health.tag !== 'WriteError' || !health.streams.includes('OBJECTS') || gaps.set()) return
    log.warn('a full disk has no room for the note that the log has gaps', { directory: home.nats })
  }
  const looking = repeatedly(clock, lookEvery, () =>
    look().catch((error: unknown) => log.error('the disk cannot be looked after', { reason: String(error) })),
  )
  return { name: 'disk', stop: looking.stop }
}

/** With less than this, reserve included, no server can start. */
const neededBytes = 32 * 1024 ** 2

/** Why a cluster cannot be started on this disk, in one line; gives the reserve back where a start needs it. */
export const diskRefusal = (home: Home): string | undefined => {
  const free = freeBytes(home.directory)
  if (free === undefined || free >= neededBytes) return undefined
  const reserve = diskReserve(home.nats)
  if (reserve.held() > 0) {
    reserve.giveBack()
    return diskRefusal(home)
  }
  return `${home.directory} has ${mebibytes(free)} free and a cluster needs ${mebibytes(neededBytes)} to start: make room on that disk`
}
