import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { recordedDecisions } from '@periplus/controller'
import type { Controller } from '@periplus/controller'
import { containedClock, freshSeed, systemClock, thrownAt, thrownText } from '@periplus/prelude'
import { followLive } from '@periplus/replay'
import { scheduler } from '@periplus/scheduler'
import { holdLock, logger, metrics, stopAll } from '@periplus/service'
import type { RunningService } from '@periplus/service'
import { clusterOf } from '../home/cluster-file.ts'
import type { Home } from '../home/home.ts'
import { CannotGoOn } from '../home/say.ts'
import type { Settings } from '../home/settings.ts'
import { shadowRecord } from '../home/shadow-record.ts'
import { controlLoops } from './control-loops.ts'
import { openBus, openDecisions, openLog } from './open.ts'
import { openSealing } from './sealing.ts'
import { rolesOf } from './serve.ts'

const shadowed = ['controllers', 'scheduler'] as const

/**
 * Decides beside the controllers that run, by this program's code, until it is told to end, and writes down where that differs. To NATS it
 * is whoever reads: it could not write to the log if it wanted to.
 */
export const serveShadow = async (home: Home, settings: Settings, words: readonly string[]): Promise<void> => {
  const roles = rolesOf(words).map(({ name }) => name)
  const other = roles.find(name => !shadowed.some(one => one === name))
  if (other !== undefined) throw new CannotGoOn(`${other} decides nothing: there are shadows of ${shadowed.join(', ')}`)
  mkdirSync(home.shadow, { recursive: true, mode: 0o700 })
  const lock = await holdLock(home.shadow)
  if (!lock) throw new CannotGoOn(`another shadow runs on ${home.directory}`)
  const log = logger('shadow')
  const ending = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ending.abort())
  const onBug = (error: unknown): void => log.error('a watch failed', { error: thrownText(error), at: thrownAt(error) })

  const cluster = clusterOf(home)
  const bus = await openBus(home, settings, 'shadow', 'reader')
  const told = once(ending.signal, 'abort').then(() => undefined)
  const services: RunningService[] = []
  const onStop = (service: RunningService): void => void services.push(service)
  try {
    const kept = await openLog(bus, { home, settings }, cluster.name)
    const { readable } = await openSealing(bus, {
      ...{ home, settings, use: 'uses', told, log },
      process: { metrics: metrics(), onBug, onStop },
    })
    const loops = await controlLoops({ home, settings, cluster })
    const byRole: Readonly<Record<(typeof shadowed)[number], readonly Controller[]>> = {
      controllers: loops,
      scheduler: [scheduler],
    }
    const isOf = (role: (typeof shadowed)[number]): boolean => roles.includes(role)
    const record = shadowRecord(home)
    const since = new Date().toISOString()
    let from: number | undefined
    await followLive({
      ...{ log: readable(kept), decisions: recordedDecisions(await openDecisions(bus)), signal: ending.signal },
      controllers: shadowed.filter(isOf).flatMap(role => byRole[role]),
      ignored: new Set(shadowed.filter(role => !isOf(role)).flatMap(role => byRole[role].map(({ name }) => name))),
      clock: containedClock(systemClock, onBug),
      ...{ newSeed: freshSeed, tell: record.tell, onBug },
      onLook: ({ sequence, counts }) => {
        if (from === undefined) log.info('ready', { sequence, controllers: roles.join(',') })
        from ??= sequence
        record.comesTo({ roles, since, from, upTo: sequence, counts })
      },
    })
  } finally {
    await stopAll(services)
    await bus.close()
    await lock.release()
  }
}
