import { E, containedClock, freshSeed, sharedTurn, systemClock, thrownAt, thrownText } from '@periplus/prelude'
import {
  bootstrap,
  createSecurity,
  keepApiServices,
  nodeStreamsOver,
  serveNodeCommands,
  start as startApiServer,
  writeKubeconfig,
} from '@periplus/apiserver'
import { electLeader, recordDecisions, recordedDecisions, runController } from '@periplus/controller'
import { connectionAdmission } from '@periplus/commands'
import { kindsAt } from '@periplus/custom'
import type { Controller, DecisionSink } from '@periplus/controller'
import { builtinKinds } from '@periplus/kinds'
import type { Bus } from '@periplus/bus'
import { acceptGaps, logGaps, subjectToken } from '@periplus/log'
import type { Gaps } from '@periplus/log'
import { logThroughCut, redisProjection } from '@periplus/projection'
import { start as startProjector } from '@periplus/projector'
import { ensureLogStream, jetStreamLogStream, keepRetention } from '@periplus/log-stream'
import { logRetentions } from './log-retention.ts'
import { nodeStreams } from '@periplus/runtime'
import { cutAt } from '@periplus/replay'
import { freeBytes, hasEnded, lowBytes, processName, unaccountedGaps } from '@periplus/service'
import { accountForGaps } from './account-for-gaps.ts'
import { checkLog } from './check-log.ts'
import { readyFile } from '../home/home.ts'
import { clusterPki } from './cluster-pki.ts'
import type { Settings } from '../home/settings.ts'
import { offerLogSinks } from './log-sinks.ts'
import { controllersOf } from './controllers.ts'
import { reasonsFor } from './endpoint-reasons.ts'
import { redisConnection } from '../home/connections.ts'
import type { Home } from '../home/home.ts'
import { openDecisions, runProcess } from './process.ts'
import type { ClusterProcess } from './process.ts'
import { addressIn, dnsPlace } from '../home/networks.ts'
import { CannotGoOn } from '../home/say.ts'

/** Kinds of which the log keeps one message an object. */
const rollupSubjects = builtinKinds
  .filter(({ rollup }) => rollup)
  .map(({ group, resource }) => `objects.${subjectToken(group)}.${subjectToken(resource)}.>`)

const gapsOf = (bus: Bus) => async (): Promise<Gaps | undefined> => {
  const found = await logGaps(bus, rollupSubjects)
  return E.isRight(found) ? found.right : undefined
}

/** API server, controllers and scheduler in one process. */
export const serveControlPlane = (home: Home, settings: Settings): Promise<void> => {
  const projection = redisProjection({ url: redisConnection(home, settings.redisUrl) })
  const unaccounted = unaccountedGaps(home.nats)
  return runProcess(
    { home, settings, name: 'control-plane', role: 'control-plane', readyPath: readyFile(home, 'control-plane') },
    {
      store: async () => projection,
      check: async ({ bus, log, logger }) => {
        const newest = await recordedDecisions(await openDecisions(bus)).newest()
        const newestKept = async () => {
          const kept = await bus.jetstream.lastMessage('OBJECTS', 'objects.>')
          return E.isRight(kept) ? (kept.right?.sequence ?? 0) : undefined
        }
        await checkLog({
          ...{ log, projection, logger, acceptsLoss: settings.acceptLoss === 'yes', decidedOn: newest?.cut ?? 0 },
          lackedRoom: unaccounted.isSet(),
          ...{ newestKept, gaps: gapsOf(bus), acceptGaps: unexplained => acceptGaps(bus, unexplained) },
        })
        unaccounted.clear()
      },
    },
    async cluster => {
      cluster.onStop(
        startProjector({
          log: logThroughCut(cluster.log, cluster.cut),
          projection,
          logger: cluster.logger.for('projector'),
          metrics: cluster.metrics,
          head: () => cluster.cut.sequence,
        }),
      )
      const { bus } = cluster
      cluster.onStop(
        accountForGaps({
          ...{ cut: cluster.cut, log: cluster.log, unaccounted, clock: systemClock },
          hasRoom: () => (freeBytes(home.nats) ?? 0) >= lowBytes,
          ...{ gaps: gapsOf(bus), acceptGaps: unexplained => acceptGaps(bus, unexplained) },
          logger: cluster.logger.for('log'),
        }),
      )
      // A second copy of this process, started by hand, serves at another port.
      const port = settings.apiPort || cluster.cluster.apiPort
      const serviceIp = addressIn(cluster.cluster.serviceCidr, 1)
      const pki = await clusterPki(home, serviceIp)
      // Pods reach this machine at their bridge, where there is one.
      const { runtime, podCidr } = cluster.cluster
      const podsReach = runtime.tag === 'containerd' ? addressIn(podCidr, 1) : undefined
      const { serviceCidr, apiPort } = cluster.cluster
      const begun = await bootstrap(
        {
          ...{ serviceIp, serviceCidr, port: apiPort },
          authorities: { clients: pki.ca, frontProxy: pki.frontProxy.ca },
          ...(podsReach === undefined ? {} : { address: podsReach, dns: dnsPlace(cluster.cluster) }),
        },
        { cut: cluster.cut, commands: cluster.firstCommands },
      )
      if (E.isLeft(begun))
        throw new CannotGoOn(`the cluster's first objects are refused: ${JSON.stringify(begun.left)}`)
      const { cut, commands, log, logger, metrics } = cluster
      const security = await createSecurity({ cut, clock: systemClock, tokenKey: pki.tokenKey })
      // Nodes may write to the stream of containers' lines, and not make it.
      const lines = await ensureLogStream(cluster.bus)
      if (E.isLeft(lines))
        throw new CannotGoOn(`the stream of containers' lines cannot be opened: ${lines.left.message}`)
      const logStream = jetStreamLogStream(cluster.bus)
      const retaining = new AbortController()
      void keepRetention({
        ...{ stream: logStream, clock: containedClock(systemClock, cluster.onBug), signal: retaining.signal },
        wanted: () => logRetentions(cut),
      }).catch(cluster.onBug)
      cluster.onStop({ name: 'retention of logs', stop: async () => retaining.abort() })
      cluster.onStop(serveNodeCommands({ bus: cluster.bus, kindsAt, cut, commands, security, onBug: cluster.onBug }))
      const apis = keepApiServices({
        ...{ cut, kindsAt, commands, resolve: cluster.resolve, frontProxy: pki.frontProxy.client },
        clock: containedClock(systemClock, cluster.onBug),
        onBug: cluster.onBug,
      })
      cluster.onStop(apis)
      const api = await startApiServer({
        host: '127.0.0.1',
        ...(podsReach === undefined ? {} : { alsoAt: podsReach }),
        port,
        tls: { ca: pki.ca, cert: pki.serving.certificate, key: pki.serving.key },
        kindsAt,
        log,
        cut,
        commands,
        security,
        clock: containedClock(systemClock, cluster.onBug),
        lines: logStream,
        streams: nodeStreamsOver(nodeStreams(cluster.bus)),
        convert: cluster.convert,
        aggregation: { resolve: cluster.resolve, frontProxy: pki.frontProxy.client, known: apis.known },
        admitConnection: connectionAdmission({ cut, kindsAt, clock: systemClock, webhooks: cluster.webhooks }),
        cutAt: cutAt(log),
        decisions: recordedDecisions(await openDecisions(cluster.bus)),
        endpointReasons: reasonsFor,
        logger: logger.for('apiserver'),
        metrics,
      })
      cluster.onStop(api)
      if (port === cluster.cluster.apiPort)
        await writeKubeconfig(home.kubeconfig, { server: api.url, ca: pki.ca, identity: pki.admin })
      await offerLogSinks(home, cluster)
      const decisions = recordDecisions(await openDecisions(cluster.bus), systemClock)
      cluster.onStop({ name: 'decisions', stop: () => decisions.flush() })
      runControllers(
        cluster,
        controllersOf(pki.ca, { serviceIp, port: apiPort, address: podsReach }, settings.lbPool),
        decisions,
      )
    },
  )
}

/** Each controller runs while this process leads; another copy of the process waits for the lease. */
const runControllers = (cluster: ClusterProcess, controllers: readonly Controller[], decisions: DecisionSink): void => {
  const { cut, commands, logger } = cluster
  const bugs = cluster.metrics.counter('periplus_controller_failures_total', 'Throws in decisions, by controller.')
  const clock = containedClock(systemClock, cluster.onBug)
  const leadership = electLeader(
    {
      name: 'periplus-controllers',
      namespace: 'kube-system',
      identity: processName(),
      hasEnded,
      onStart: () => running.forEach(controller => controller.resync()),
      onBug: cluster.onBug,
    },
    { cut, commands, clock },
  )
  const running = controllers.map(controller =>
    runController(controller, {
      cut,
      commands,
      decisions,
      clock,
      newSeed: freshSeed,
      stopwatch: () => performance.now(),
      turn: sharedTurn,
      leads: leadership.leads,
      onBug: (name, key, error) => {
        bugs.add(1, { controller: name })
        logger.for(name).error('a decision failed', {
          namespace: key.namespace,
          name: key.name,
          error: thrownText(error),
          at: thrownAt(error),
        })
      },
    }),
  )
  cluster.onStop({ name: 'leadership', stop: leadership.stop })
  for (const controller of running) cluster.onStop(controller)
}
