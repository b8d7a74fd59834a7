import { setMaxListeners } from 'node:events'
import { freshSeed, seededRandom, systemClock } from '@periplus/prelude'
import type { KindRegistry } from '@periplus/api'
import { logThroughCut } from '@periplus/projection'
import { foldAlong } from '@periplus/replay'
import type { RunningService } from '@periplus/service'
import { aggregated } from './aggregation/aggregation.ts'
import type { ApiServerConfig } from './config.ts'
import { documentsOf } from './discovery/documents.ts'
import { levels } from './fairness/levels.ts'
import { nonResource } from './gateway/non-resource.ts'
import { servedPaths } from './gateway/paths.ts'
import { routeWith } from './gateway/route.ts'
import { asksMine } from './mine/may-read.ts'
import { writeGroup } from './group/write-group.ts'
import { readHistory } from './history/read-history.ts'
import type { Call } from './http/call.ts'
import { edge } from './http/edge.ts'
import { listen } from './http/listener.ts'
import type { Listener } from './http/listener.ts'
import { standardChecks } from './operations/standard-checks.ts'
import { requestMetrics, stateMetrics } from './operations/request-metrics.ts'
import { freshness } from './read/freshness.ts'
import { bodyThreads } from './request/body-threads.ts'
import { pastReads } from './read/past-reads.ts'
import { dispatchTo } from './resources/dispatch.ts'
import { resourceHandlers } from './resources/handlers.ts'
import { watchHub } from './watch/hub.ts'

export interface RunningApiServer extends RunningService {
  /** `https://HOST:PORT`. */
  readonly url: string
  readonly port: number
  /** New certificates for new connections. */
  readonly renew: Listener['renew']
}

/** Connects the gateway's parts and opens its port. */
export const start = async (config: ApiServerConfig): Promise<RunningApiServer> => {
  const { kindsAt, cut, log, commands, security, logger, metrics } = config
  const past = config.past ?? log
  const clock = config.clock ?? systemClock
  const random = config.random ?? seededRandom(freshSeed())
  const current = freshness({ log, cut, clock })
  const hub = watchHub(cut)
  const stopping = new AbortController()
  // Every request under way listens to it.
  setMaxListeners(0, stopping.signal)
  const checks = [...standardChecks(current), ...(config.checks ?? [])]
  stateMetrics(metrics, { hub, freshness: current, sequence: () => cut.sequence })

  const kindsOf = ({ past }: Pick<Call, 'past'>): KindRegistry => kindsAt(past?.cut ?? cut)
  const reads = pastReads({
    ...{ security, cut },
    cutAt: config.cutAt,
    foldAlong: (sequences, see, signal) => foldAlong(past, sequences, see, signal),
    clock,
  })
  const handlers = resourceHandlers({
    kindsAt,
    cut,
    log,
    commands,
    freshness: current,
    pastReads: reads,
    hub,
    clock,
    random,
    security,
    streams: config.streams,
    convert: config.convert,
    admitConnection: config.admitConnection,
    lines: config.lines,
    cutAt: config.cutAt,
  })
  const own = dispatchTo(kindsOf, handlers)
  const others = config.aggregation && aggregated(config.aggregation, cut)
  const threads = bodyThreads()
  const route = routeWith({
    kinds: () => kindsAt(cut),
    readYaml: threads.readYaml,
    admit: levels(clock, metrics),
    security,
    cutAt: config.cutAt,
    pastReads: reads,
    history: readHistory({
      log: logThroughCut(past, cut),
      ...{ cut, security, pastReads: reads, kinds: () => kindsAt(cut) },
      ...(config.decisions ? { decisions: config.decisions } : {}),
      ...(config.endpointReasons ? { endpointReasons: config.endpointReasons } : {}),
    }),
    group: writeGroup({ cut, clock, security, commands, kinds: () => kindsAt(cut) }),
    // What other servers have, they were not asked about.
    resource: (call, info) =>
      (asksMine(info, call.query, call.user) ? undefined : others?.resource(call, info)) ?? own(call, info),
    nonResource: nonResource({
      security,
      metrics,
      checks,
      examine: current.confirm,
      documents: call => others?.document(call, kindsOf(call)) ?? documentsOf(kindsOf(call))(call),
      paths: call => servedPaths(kindsOf(call), checks, Object.keys(security.publicDocuments)),
    }),
  })
  const handle = edge({
    route,
    writeForPeople: threads.writeForPeople,
    ...(config.audit ? { audit: config.audit } : {}),
    clock,
    logger,
    counted: requestMetrics(metrics),
    stopping: stopping.signal,
  })
  const { host, alsoAt, port, tls } = config
  const listener = await listen({ host, ...(alsoAt === undefined ? {} : { alsoAt }), port, tls, handle })
  return {
    name: 'apiserver',
    url: `https://${listener.host}:${listener.port}`,
    port: listener.port,
    renew: listener.renew,
    stop: async () => {
      stopping.abort()
      hub.close()
      await listener.close()
      await threads.close()
    },
  }
}
