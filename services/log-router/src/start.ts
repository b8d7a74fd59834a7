import { E, systemClock } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { Commands } from '@periplus/commands'
import { runEffect } from '@periplus/controller'
import type { EventLog } from '@periplus/log'
import type { LogStream } from '@periplus/log-stream'
import { builtInBackends } from '@periplus/logs'
import type { LogBackend, WriterLimits } from '@periplus/logs'
import type { LiveCut } from '@periplus/projection'
import type { Logger, Metrics, RunningService } from '@periplus/service'
import { sinkGroup } from './definitions/sink.ts'
import type { SinkBuffers } from './buffer/sink-buffers.ts'
import { podSources } from './lines/pod-sources.ts'
import type { SinkPositions } from './positions/positions.ts'
import { clusterName, mayReach } from './reach/reach.ts'
import type { ReachSettings } from './reach/reach.ts'
import type { Fault, Route, Routes } from './routes/route.ts'
import { routesOf } from './routes/routes-of.ts'
import type { KnownBackend } from './routes/routes-of.ts'
import { ownerOf } from './routes/shares.ts'
import { joinRouters } from './run/membership.ts'
import { runningSinks } from './run/sinks.ts'
import { countSinks } from './status/sink-metrics.ts'
import { tellOfSinks } from './status/tell-of-sinks.ts'

export interface LogRouterConfig {
  readonly cut: LiveCut
  readonly log: EventLog
  readonly commands: Commands
  readonly stream: LogStream
  readonly positions: SinkPositions
  /** Unlike any other copy's, and any earlier life's of this one: a DNS label. */
  readonly router: string
  readonly reach: ReachSettings
  /** Where `file` sinks write; absent: nowhere. */
  readonly directory?: string
  /** Adapters of others that the operator lets in, by the names that sinks give. */
  readonly moreBackends?: ReadonlyMap<string, LogBackend>
  /** Where lines are kept that a sink has not delivered and the stream lets go; absent: nowhere. */
  readonly buffers?: SinkBuffers
  readonly logger: Logger
  readonly metrics: Metrics
  readonly clock?: Clock
  readonly onBug: (error: unknown) => void
}

const answerBytes = 4 * 2 ** 20

const isForClusters = ({ local = false, unguarded = false }: LogBackend): boolean => local || unguarded

/** Adapters of others may not heed where a sink may go, and local ones are the machine's: both are for the cluster's own sinks. */
const knownBackends = (more: ReadonlyMap<string, LogBackend>): ReadonlyMap<string, KnownBackend> =>
  new Map([
    ...[...more].map(([name, backend]) => [name, { backend, clusterOnly: true }] as const),
    ...[...builtInBackends].map(([name, backend]) => [name, { backend, clusterOnly: isForClusters(backend) }] as const),
  ])

/**
 * Brings the lines of containers from their stream to the backends that sinks name. What is to run follows from the cut; which of it
 * is this copy's, from who lives besides.
 */
export const start = (config: LogRouterConfig): RunningService => {
  const { cut, log, commands, stream, positions, router, directory, logger, metrics, onBug } = config
  const { clock = systemClock, buffers } = config
  const backends = knownBackends(config.moreBackends ?? new Map())
  const allowed = mayReach(config.reach)
  const limitsOf = ({ ref, spec }: Route): WriterLimits => ({
    ...{ answerWithin: spec.retry.timeoutSeconds * 1000, answerBytes },
    mayReach: address => ref.resource === 'clusterlogsinks' || allowed(cut, ref.namespace, address),
    resolve: name => clusterName(cut, name),
    ...(directory === undefined ? {} : { directory }),
  })
  const world = {
    cut,
    stream,
    positions,
    clock,
    router,
    onBug,
    sources: podSources({ cut, log }),
    ...(buffers ? { buffers } : {}),
  }
  const sinks = runningSinks(world, ({ spec }) => backends.get(spec.backend.name)?.backend, limitsOf)
  countSinks(metrics, sinks)

  let routes: Routes = { routes: new Map(), faults: new Map() }
  const mine = (uid: string): boolean => ownerOf(uid, membership.members()) === router
  const share = (): void => sinks.become(new Map([...routes.routes].filter(([uid]) => mine(uid))))
  const membership = joinRouters(router, { cut, commands, clock }, share, onBug)

  /** A sink may have been another copy's last, and have left lines on this one's disk before that. */
  const forget = async (uid: string, wasMine: boolean): Promise<void> => {
    await sinks.ended(uid)
    if (wasMine) await positions.forget(uid)
    await buffers?.forget(uid)
  }
  let isFirst = true
  const effect = runEffect<Routes>(
    {
      name: 'log-router',
      wakes: ({ event: { ref } }) =>
        ref.group === sinkGroup || ref.resource === 'secrets' || ref.resource === 'customresourcedefinitions',
      desired: at => routesOf(at, backends),
      apply: async wanted => {
        const gone = [...routes.routes.keys()].filter(uid => !wanted.routes.has(uid) && !wanted.faults.has(uid))
        routes = wanted
        share()
        for (const uid of gone) void forget(uid, mine(uid)).catch(onBug)
        if (isFirst) void buffers?.keepOnly([...wanted.routes.keys(), ...wanted.faults.keys()]).catch(onBug)
        isFirst = false
        return E.right(undefined)
      },
    },
    { cut, clock, onBug },
  )

  const faults = (): readonly Fault[] => [...routes.faults.values()].filter(({ uid }) => mine(uid))
  const telling = tellOfSinks(sinks, faults, { cut, commands, router, clock, onBug })
  logger.info('the log router runs', { router })
  return {
    name: 'log-router',
    stop: async () => {
      telling.stop()
      await effect.stop()
      await sinks.stop()
      await membership.leave()
    },
  }
}
