import { join } from 'node:path'
import { E, systemClock } from '@periplus/prelude'
import { logger, loopbackPort, messageOf, stopAll } from '@periplus/service'
import type { RunningService } from '@periplus/service'
import type { Settings } from './children.ts'
import { natsChild, redisChild, servedChild } from './children.ts'
import type { Home } from './home.ts'
import type { ChildSpec } from './keep-running.ts'
import { keepRunning } from './keep-running.ts'
import { ensureCluster, startContainers } from './containers.ts'
import { endLeftovers, leftBehind } from './leftovers.ts'
import { CannotGoOn } from './say.ts'
import { runningSupervisor, supervisorRecord } from './supervisor-file.ts'
import type { Tools } from './tools.ts'

/** How the process that started the supervisor hears of it. */
export type Report =
  | { readonly tag: 'Say'; readonly line: string }
  | { readonly tag: 'Up' }
  | { readonly tag: 'Failed'; readonly message: string }

/** Resolves when all have started. Rejects with the first failure once each has either started or failed, so that all can be stopped. */
const allStarted = async (starting: readonly Promise<void>[]): Promise<void> => {
  for (const outcome of await Promise.allSettled(starting)) if (outcome.status === 'rejected') throw outcome.reason
}

/**
 * The background process of a local cluster: starts NATS, Redis and what runs containers, then the control plane and the
 * node, and starts again whatever ends. Resolves when it was told to stop and everything has stopped.
 */
export const supervise = async (
  { home, settings, tools }: { home: Home; settings: Settings; tools: Tools },
  report: (report: Report) => void,
): Promise<void> => {
  const log = logger('supervisor')
  const other = runningSupervisor(home)
  if (other) throw new CannotGoOn(`the cluster is already supervised, by process ${other.supervisor.pid}`)
  const record = supervisorRecord(home)
  const running: RunningService[] = []
  const told = new Promise<void>(resolve => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })

  const keep = async (spec: ChildSpec): Promise<void> => {
    running.push(await keepRunning(spec, { clock: systemClock, log, onStarted: record.started }))
    log.info(`${spec.name} is ready`)
  }
  const say = (line: string): void => report({ tag: 'Say', line })

  const servers = [
    ...(settings.natsUrl === undefined && tools.natsServer !== undefined
      ? [natsChild(home, settings, tools.natsServer)]
      : []),
    ...(settings.redisUrl === undefined && tools.redisServer !== undefined
      ? [redisChild(home, tools.redisServer)]
      : []),
  ]
  try {
    const left = Object.keys(leftBehind(home))
    if (left.length > 0) log.warn('ending what an earlier supervisor left behind', { processes: left.join(', ') })
    await endLeftovers(home)
    const port = await loopbackPort(
      join(home.directory, 'api.port'),
      settings.apiPort === 0 ? undefined : settings.apiPort,
    )
    if (E.isLeft(port)) throw new CannotGoOn(`the API server cannot start: ${port.left}`)
    ensureCluster(home, port.right, settings)
    const onStop = (service: RunningService): void => void running.push(service)
    await allStarted([startContainers({ home, settings, say, log, onStop, keep }), ...servers.map(keep)])
    await allStarted([keep(servedChild(home, 'control-plane')), keep(servedChild(home, 'node'))])
    report({ tag: 'Up' })
    await told
  } catch (error) {
    log.error('the cluster cannot start', { reason: messageOf(error) })
    report({ tag: 'Failed', message: messageOf(error) })
    process.exitCode = 1
  }
  await stopAll(running)
  record.remove()
}
