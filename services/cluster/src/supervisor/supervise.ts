import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { E, messageOf, systemClock } from '@periplus/prelude'
import { feedReaders, holdLock, logger, loopbackPort, stopAll } from '@periplus/service'
import type { RunningService } from '@periplus/service'
import type { Settings } from '../home/settings.ts'
import { feedServerChild, issueNodeIdentity, natsChild, redisChild, servedChild } from './children.ts'
import { diskKeeper, diskRefusal } from './disk-keeper.ts'
import { podsAtRest, wakePods } from './pods-at-rest.ts'
import { podsCgroup } from '../home/cgroups.ts'
import { evictionPolicy } from '../home/eviction.ts'
import { shutdownGrace } from '../home/shutdown-grace.ts'
import { wantedFile } from '../home/home.ts'
import type { Home } from '../home/home.ts'
import { natsMember } from '../home/nats-servers.ts'
import { settleAside } from '../home/log-aside.ts'
import type { ChildSpec, KeptRunning } from './keep-running.ts'
import { keepRunning } from './keep-running.ts'
import { readCluster } from '../home/cluster-file.ts'
import { ensureCluster, startContainers } from './containers.ts'
import { endLeftovers, leftBehind } from './leftovers.ts'
import { CannotGoOn } from '../home/say.ts'
import { supervisorRecord } from './supervisor-file.ts'
import type { Tools } from './tools.ts'
import { keepWanted } from './wanted-child.ts'

/** How the process that started the supervisor hears of it. */
export type Report =
  | { readonly tag: 'Say'; readonly line: string }
  | { readonly tag: 'Up' }
  | { readonly tag: 'Failed'; readonly message: string }
  /** Another supervisor runs, or a command that no supervisor may disturb. */
  | { readonly tag: 'Taken' }

/** Resolves when all have started. Rejects with the first failure once each has either started or failed, so that all can be stopped. */
const allStarted = async (starting: readonly Promise<unknown>[]): Promise<void> => {
  for (const outcome of await Promise.allSettled(starting)) if (outcome.status === 'rejected') throw outcome.reason
}

const toldTooEarly = 'the cluster was told to stop before it had started'

/**
 * The background process of a local cluster: starts NATS, Redis and what runs containers, then the control plane and the
 * node, and starts again whatever ends. Resolves when it was told to stop and everything has stopped.
 */
export const supervise = async (
  { home, settings, tools }: { home: Home; settings: Settings; tools: Tools },
  report: (report: Report) => void,
): Promise<void> => {
  const log = logger('supervisor')
  const lock = await holdLock(home.directory)
  if (!lock) return report({ tag: 'Taken' })
  const refused = diskRefusal(home)
  if (refused !== undefined) {
    await lock.release()
    process.exitCode = 1
    return report({ tag: 'Failed', message: refused })
  }
  const record = supervisorRecord(home, error =>
    log.warn('the record of what runs cannot be written', { reason: messageOf(error) }),
  )
  const running: RunningService[] = []
  let stopping = false
  const told = new Promise<void>(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => {
        stopping = true
        record.becomes('Stopping')
        resolve()
      })
  })

  const keeping = { clock: systemClock, log, news: record }
  const keep = async (spec: ChildSpec): Promise<KeptRunning> => {
    const kept = await keepRunning(spec, keeping)
    running.push(kept)
    log.info(`${spec.name} is ready`)
    return kept
  }
  const say = (line: string): void => report({ tag: 'Say', line })

  // A host that joined has the servers and the control plane of others, or copies.
  const { joined: place } = readCluster(home) ?? {}
  const joined = place !== undefined
  const nats =
    settings.natsUrl === undefined && tools.natsServer !== undefined
      ? natsChild(home, settings, tools.natsServer)
      : undefined
  const disk = diskKeeper(home, { clock: systemClock, log, atRest: podsAtRest(podsCgroup(home), systemClock) })
  const keepNats = async (): Promise<void> => {
    let kept = (): KeptRunning | undefined => undefined
    if (nats && (!joined || natsMember(home))) {
      const started = await keep(nats)
      kept = () => started
    } else if (nats) {
      // Until its server is one of those that keep the log.
      const wanted = keepWanted(nats, () => natsMember(home) !== undefined, keeping)
      running.push(wanted)
      kept = wanted.kept
    }
    const logServer = () => {
      const restart = kept()?.restart
      return nats && restart && { health: nats.health, restart }
    }
    running.push(disk.keep(logServer))
  }
  const servers = [
    ...(!joined && settings.redisUrl === undefined && tools.redisServer !== undefined
      ? [redisChild(home, tools.redisServer)]
      : []),
  ]
  const startAll = async (): Promise<void> => {
    shutdownGrace(settings)
    evictionPolicy(settings)
    const { advertise } = await ensureCluster(home, await apiPortOf(home, settings), settings)
    const onStop = (service: RunningService): void => void running.push(service)
    const issued = joined && !place.controlPlane ? Promise.resolve() : issueNodeIdentity(home)
    await allStarted([
      issued,
      startContainers({ home, settings, say, log, onStop, keep }),
      // Where other hosts reach it, NATS has a certificate.
      (advertise === undefined ? Promise.resolve() : issued).then(keepNats),
      ...servers.map(keep),
    ])
    if (stopping) throw new CannotGoOn(toldTooEarly)
    const controlPlane = !joined
      ? ['control-plane' as const]
      : place.controlPlane
        ? ['control-plane-copy' as const]
        : []
    await allStarted([...controlPlane, 'node' as const].map(served => keep(servedChild(home, served))))
    if (stopping) throw new CannotGoOn(toldTooEarly)
  }
  let failure: string | undefined
  try {
    const left = Object.keys(leftBehind(home))
    if (left.length > 0) log.warn('ending what an earlier supervisor left behind', { processes: left.join(', ') })
    await endLeftovers(home)
    settleAside(home)
    wakePods(podsCgroup(home))
    await disk.starting(startAll)
    for (const name of ['log-router', 'ingress'] as const)
      running.push(keepWanted(servedChild(home, name), () => existsSync(wantedFile(home, name)), keeping))
    if (!joined && nats && tools.natsServer !== undefined) {
      const isWanted = (): boolean => feedReaders(home.feed).length > 0
      const server = keepWanted(feedServerChild(home, tools.natsServer), isWanted, keeping)
      running.push(
        server,
        keepWanted(servedChild(home, 'feed'), () => server.kept() !== undefined, keeping),
      )
    }
    record.becomes('Ready')
    report({ tag: 'Up' })
    await told
  } catch (error) {
    log.error('the cluster cannot start', { reason: messageOf(error) })
    failure = messageOf(error)
    process.exitCode = 1
  }
  await stopAll(running)
  if (failure === undefined) rmSync(home.supervisor, { force: true })
  else {
    record.becomes('Failed', failure)
    report({ tag: 'Failed', message: failure })
  }
  await lock.release()
}

/** A host that joined serves no API; its file names the port of the one that it joined. */
const apiPortOf = async (home: Home, settings: Settings): Promise<number> => {
  const known = readCluster(home)
  if (known?.joined) return known.apiPort
  const wanted = settings.apiPort === 0 ? undefined : settings.apiPort
  const port = await loopbackPort(join(home.directory, 'api.port'), wanted)
  if (E.isLeft(port)) throw new CannotGoOn(`the API server cannot start: ${port.left}`)
  return port.right
}
