import { E, containedClock, systemClock } from '@periplus/prelude'
import {
  bootstrap,
  createSecurity,
  keepApiServices,
  nodeStreamsOver,
  serveNodeCommands,
  signingOf,
  start as startApiServer,
  writeKubeconfig,
} from '@periplus/apiserver'
import { kindsAt } from '@periplus/custom'
import { recordedDecisions, runEffect } from '@periplus/controller'
import { connectionAdmission } from '@periplus/commands'
import { nodeStreams } from '@periplus/runtime'
import { reloadFeed, reloadNats } from '@periplus/service'
import { cutAt } from '@periplus/replay'
import { apiServerPlace, dnsPlace, isRelayed, namePort } from '../home/networks.ts'
import { CannotGoOn } from '../home/say.ts'
import type { ClusterFile } from '../home/cluster-file.ts'
import { admitHosts } from './admit-hosts.ts'
import { withPastOf } from './archive.ts'
import { keepAudit } from './audit.ts'
import { authenticationOf } from './authentication.ts'
import { keepAccount } from './check-opened-log.ts'
import { clusterPki, issuedBy } from './cluster-pki.ts'
import { reasonsFor } from './endpoint-reasons.ts'
import { frontProxiesOf } from './front-proxies.ts'
import { keepLines } from './log-lines.ts'
import { offerLogSinks } from './log-sinks.ts'
import { openSnapshots, serveLogMarks } from './log-marks.ts'
import { feedNodes } from './node-feed.ts'
import { offerIngress } from './offer-ingress.ts'
import { openDecisions } from './open.ts'
import { renewIssued } from './renew-issued.ts'
import type { Issued } from './renew-issued.ts'
import type { RoleProcess } from './role.ts'
import { reviewWebhooksOf } from './review-webhooks.ts'
import { shredKeys } from './shred-keys.ts'

/** The API server: its cluster's first objects, the port, and the gateway for nodes' writes. A second one serves at another port. */
export const startApi = async (process: RoleProcess): Promise<void> => {
  const { bus, cut, commands, log, sealing, logger, metrics, home, settings, cluster, onBug, onStop } = process
  const { serviceIp, address: podsReach, listensThere } = apiServerPlace(cluster)
  const { serviceCidr, apiPort, advertise } = cluster
  const port = settings.apiPort || apiPort
  // The disk that the log is on is looked after where NATS is.
  if (!cluster.joined) {
    keepAccount(process, home)
    await openSnapshots(bus)
  }
  onStop(serveLogMarks(bus, onBug))
  const pki = await clusterPki(home, serviceIp, advertise)
  let issued = await issuedBy(pki, advertise)
  const frontProxy = {
    get certificate() {
      return issued.frontProxy.certificate
    },
    get key() {
      return issued.frontProxy.key
    },
  }
  if (sealing.keys)
    onStop(shredKeys({ cut, log, keys: sealing.keys, clock: systemClock, logger: logger.for('log'), onBug }))
  const proxies = frontProxiesOf(settings)
  const begun = await bootstrap(
    {
      ...{ serviceIp, serviceCidr, port: apiPort },
      ...(listensThere ? { servicePort: apiPort } : {}),
      authorities: { clients: pki.ca, frontProxy: pki.frontProxy.ca, ...(proxies ? { others: proxies } : {}) },
      ...(podsReach === undefined ? {} : { address: podsReach }),
      ...dnsOf(cluster),
    },
    { cut, commands: process.firstCommands },
  )
  if (E.isLeft(begun)) throw new CannotGoOn(`the cluster's first objects are refused: ${JSON.stringify(begun.left)}`)
  const security = await createSecurity({
    cut,
    clock: systemClock,
    tokenKey: pki.tokenKey,
    ...authenticationOf(process),
    ...reviewWebhooksOf(process),
    ...(proxies ? { frontProxy: { ...proxies, clients: pki.ca } } : {}),
  })
  const lines = await keepLines(process)
  const unsigned = logger.for('csrsigning')
  onStop(
    runEffect(signingOf({ commands, security, pki, clock: systemClock }), {
      ...{ cut, clock: systemClock, onBug },
      report: state =>
        void (state.tag === 'Failing' && unsigned.warn('a request is not answered', { reason: state.why })),
    }),
  )
  if (advertise !== undefined) await admitHosts(process, advertise, pki)
  onStop(
    serveNodeCommands({
      ...{ bus: await process.connect('nodes'), aside: await process.connect('nodes-aside') },
      ...{ kindsAt, cut, commands, security, metrics, onBug },
      clock: containedClock(systemClock, onBug),
      onFlood: node =>
        logger.warn('a node sends more commands than are kept: it is not listened to for a while', { node }),
    }),
  )
  await feedNodes(process)
  const apis = keepApiServices({
    ...{ cut, kindsAt, commands, resolve: process.resolve, frontProxy, onBug },
    clock: containedClock(systemClock, onBug),
  })
  onStop(apis)
  const past = sealing.readable(withPastOf(process.kept, home, settings))
  // Clients show certificates of authorities alone that they are asked for; which of these one is of, the authenticator sees.
  const tlsOf = ({ serving }: Issued) => ({
    ca: pki.ca + (proxies?.authorities ?? ''),
    cert: serving.certificate,
    key: serving.key,
  })
  const api = await startApiServer({
    host: '127.0.0.1',
    alsoAt: alsoAt(cluster),
    port,
    tls: tlsOf(issued),
    kindsAt,
    log,
    cut,
    commands,
    security,
    clock: containedClock(systemClock, onBug),
    lines,
    streams: nodeStreamsOver(nodeStreams(await process.connect('streams'))),
    convert: process.convert,
    aggregation: { resolve: process.resolve, frontProxy, known: apis.known },
    admitConnection: connectionAdmission({
      ...{ cut, kindsAt, clock: systemClock, webhooks: process.webhooks, authorize: process.authorize },
    }),
    ...{ past, cutAt: cutAt(past, { shredded: () => sealing.sealer.forgotten }) },
    decisions: recordedDecisions(await openDecisions(bus, settings.retentionMinutes * 60_000)),
    endpointReasons: reasonsFor,
    ...keepAudit(process, port),
    ...(sealing.plugins ? { checks: [{ name: 'kms-providers', liveness: true, check: sealing.plugins.fault }] } : {}),
    logger: logger.for('apiserver'),
    metrics,
  })
  onStop(api)
  const tellClients = async ({ admin }: Issued): Promise<void> => {
    if (port === apiPort) await writeKubeconfig(home.kubeconfig, { server: api.url, ca: pki.ca, identity: admin })
  }
  await tellClients(issued)
  const renewing = renewIssued(
    {
      issue: async () => issuedBy(await clusterPki(home, serviceIp, advertise), advertise),
      show: async next => {
        issued = next
        api.renew(tlsOf(next))
        await tellClients(next)
        reloadNats(home.nats)
        reloadFeed(home.feed)
        logger.info('certificates were about to end: new ones are shown from now on')
      },
      clock: containedClock(systemClock, onBug),
      onFailed: why => logger.warn('certificates cannot be renewed', { reason: why }),
    },
    issued,
  )
  onStop({ name: 'certificates', stop: renewing.stop })
  // The ingress and the log router run beside the first control plane.
  if (cluster.joined) return
  offerIngress(home, process)
  await offerLogSinks(home, process)
}

/** Beside loopback: where this machine's pods reach it, and where other hosts do. */
const alsoAt = (cluster: ClusterFile): readonly string[] => {
  const { advertise, ...alone } = cluster
  const { serviceIp, listensThere } = apiServerPlace(cluster)
  return [listensThere ? serviceIp : undefined, apiServerPlace(alone).address, advertise].filter(
    address => address !== undefined,
  )
}

/** Where pods are told to ask for names, if they are told. Who answers at a loopback address is nobody's endpoint. */
const dnsOf = (cluster: ClusterFile): Pick<Parameters<typeof bootstrap>[0], 'dns'> => {
  const { serviceIp, address, port } = dnsPlace(cluster)
  if (cluster.runtime.tag === 'containerd') return { dns: { serviceIp, address, port } }
  return isRelayed(cluster) ? { dns: { serviceIp, port: namePort } } : {}
}
