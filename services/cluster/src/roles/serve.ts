import type { Logger } from '@periplus/service'
import { runEffect } from '@periplus/controller'
import { systemClock, thrownAt, thrownText } from '@periplus/prelude'
import { redisProjection } from '@periplus/projection'
import { clusterOf } from '../home/cluster-file.ts'
import { redisConnection } from '../home/connections.ts'
import { readyFile } from '../home/home.ts'
import type { Home } from '../home/home.ts'
import { CannotGoOn } from '../home/say.ts'
import type { Settings } from '../home/settings.ts'
import { natsServers } from './nats-servers.ts'
import { runProcess } from './process.ts'
import type { ClusterProcess, ProcessOf } from './process.ts'
import type { Provided, Role, RoleName, RoleProcess } from './role.ts'
import { keysStream } from './sealing.ts'
import type { KeyUse } from './sealing.ts'
import { groups, roles } from './table.ts'

/**
 * The roles that words such as `controllers,scheduler` or `controllers scheduler` name, in the order in which they start; and
 * `controllers_scheduler`, as names of systemd's units have no commas.
 */
export const rolesOf = (words: readonly string[]): readonly Role[] => {
  const wanted = new Set(
    words
      .flatMap(word => word.split(/[,_]/))
      .flatMap((word): readonly string[] => (word === 'control-plane' ? groups[word] : [word])),
  )
  const known = roles.map(({ name }) => name)
  const unknown = [...wanted].find(word => !known.some(name => name === word))
  if (unknown !== undefined || wanted.size === 0)
    throw new CannotGoOn(`'${unknown ?? ''}' is no role: there are ${['control-plane', ...known].join(', ')}`)
  const served = roles.filter(({ name }) => wanted.has(name))
  if (new Set(served.map(({ side }) => side)).size > 1)
    throw new CannotGoOn('a node has no rights of the control plane: serve it in a process of its own')
  return served
}

/** The process's name in its logs, to NATS and of its readiness file. */
export const processNameOf = (served: readonly Role[]): string => {
  const names = served.map(({ name }) => name)
  if (groups['control-plane-copy'].every(name => names.includes(name))) return 'control-plane'
  return names.includes('node') ? 'node' : names.join('-')
}

/** Several roles of the control plane in one process have one connection, and the rights of all. */
const natsRoleOf = (served: readonly Role[], nodeName: string): ProcessOf['role'] => {
  const names = served.map(({ name }) => name)
  if (names.includes('node')) return { node: nodeName }
  const [only, another] = names as readonly Exclude<RoleName, 'node'>[]
  return only !== undefined && (another === undefined || served[0]?.side === 'node') ? only : 'control-plane'
}

const keyUseOf = (served: readonly Role[]): KeyUse => {
  if (served.some(({ makes }) => makes?.includes(keysStream))) return 'makes'
  return served.some(({ needs }) => needs.includes('sealing')) ? 'uses' : 'none'
}

/** Streams that its roles make where they are not there, and those that they need and others make: on a host that joined, all. */
const streamsOf = (served: readonly Role[], joined: boolean): Pick<ProcessOf, 'makes' | 'awaits'> => {
  const made = served.flatMap(({ makes = [] }) => makes)
  const keys = keyUseOf(served) === 'none' ? [] : [keysStream]
  const needed = ['OBJECTS', ...keys, ...made, ...served.flatMap(({ writes = [] }) => writes)]
  const makes = joined ? [] : made
  return { makes, awaits: [...new Set(needed)].filter(stream => !makes.includes(stream)) }
}

/** Runs roles of a cluster in this process until it is told to end. */
export const serveRoles = async (home: Home, settings: Settings, words: readonly string[]): Promise<void> => {
  const served = rolesOf(words)
  const starts = await Promise.all(served.map(({ load }) => load()))
  // Who makes the log looks after it, and starts from what Redis has; the others read the log.
  const makesLog = served.some(({ makes }) => makes?.includes('OBJECTS'))
  const cluster = clusterOf(home)
  const hasRedis = !cluster.joined || settings.redisUrl !== undefined
  const projection =
    makesLog && hasRedis ? redisProjection({ url: redisConnection(home, settings.redisUrl) }) : undefined
  const name = processNameOf(served)
  await runProcess(
    {
      ...{ home, settings, name, readyPath: readyFile(home, name) },
      role: natsRoleOf(served, cluster.nodeName),
      ...streamsOf(served, cluster.joined !== undefined),
      keyUse: keyUseOf(served),
    },
    {
      store: async () => projection,
      restore: async (bus, logger) => {
        if (!makesLog) return undefined
        // By its authority a cluster's snapshots in S3 are known, before there is a log.
        if (settings.snapshots.s3 !== undefined) await (await import('./cluster-pki.ts')).clusterPki(home)
        const { restoreLog } = await import('./restore-log.ts')
        return restoreLog(bus, { home, settings, logger })
      },
      check: async opened => {
        if (!projection) return
        const { checkOpenedLog } = await import('./check-opened-log.ts')
        await checkOpenedLog(opened, { home, settings, projection })
      },
    },
    async process => {
      await projection?.close()
      if (cluster.joined || cluster.advertise !== undefined) tellWhereNatsIs(home, process)
      const tellOf = tellOfFailures(process)
      let provided: Provided = {}
      for (const [i, start] of starts.entries()) {
        const logger = loggerOf(process.logger, served[i])
        const onDecisionFailed = tellOf(logger)
        const own = await start({ ...process, ...provided, logger, onDecisionFailed, home, settings })
        provided = { ...provided, ...own }
        logger.info('started', { sequence: process.cut.sequence })
      }
    },
  )
}

const tellWhereNatsIs = (home: Home, { cut, onBug, onStop }: ClusterProcess): void =>
  onStop(runEffect(natsServers(home), { cut, clock: systemClock, onBug }))

/** A role speaks under its own name, and what it is made of behind a slash, so that its lines are told from those of others in the process. */
const loggerOf = (logger: Logger, role: Role | undefined): Logger => {
  if (!role) return logger
  const own = logger.for(role.name)
  return { ...own, for: part => logger.for(part.startsWith(role.name) ? part : `${role.name}/${part}`) }
}

type TellOfFailures = (logger: Logger) => RoleProcess['onDecisionFailed']

const tellOfFailures = ({ metrics }: Pick<ClusterProcess, 'metrics'>): TellOfFailures => {
  const failures = metrics.counter('periplus_controller_failures_total', 'Throws in decisions, by controller.')
  return logger =>
    (controller, { namespace, name }, error) => {
      failures.add(1, { controller })
      logger
        .for(controller)
        .error('a decision failed', { namespace, name, error: thrownText(error), at: thrownAt(error) })
    }
}
