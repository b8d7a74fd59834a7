import { choice, ipv4Address, ipv4Network, nodeName, port, text, url, wholeNumber } from '@periplus/service'
import type { SettingsOf } from '@periplus/service'
import { fileURLToPath } from 'node:url'
import { sealedResources } from './sealed-resources.ts'

/** Beside the checkout's `dist/`, whatever the working directory is. */
const homeOfCheckout = fileURLToPath(new URL('../.periplus', import.meta.url))

/** Every `PERIPLUS_*` variable; the README's table is made from this one. */
export const settings = {
  home: text('PERIPLUS_HOME', 'directory of all local state', homeOfCheckout),
  apiPort: port('PERIPLUS_API_PORT', 'port of the API server on loopback; chosen once, then kept', 0),
  natsUrl: url('PERIPLUS_NATS_URL', 'a NATS of your own (2.14.6 or newer, JetStream)', 'a local server', [
    'nats:',
    'tls:',
  ]),
  natsReplicas: choice(
    'PERIPLUS_NATS_REPLICAS',
    'servers of a NATS cluster that keep the log, at least: more are never taken away',
    ['1', '3'],
    '1',
  ),
  redisUrl: url('PERIPLUS_REDIS_URL', 'a Redis of your own', 'a local server', ['redis:', 'rediss:']),
  natsServer: text('PERIPLUS_NATS_SERVER', 'path of the nats-server to start', ''),
  redisServer: text('PERIPLUS_REDIS_SERVER', 'path of the redis-server to start', ''),
  sync: choice('PERIPLUS_SYNC', 'when NATS calls an event written', ['always', 'interval'], 'always'),
  snapshotEvents: wholeNumber(
    'PERIPLUS_SNAPSHOT_EVENTS',
    'events after which a snapshot of the log is taken, from which processes start',
    { least: 100, most: 10_000_000 },
    20_000,
  ),
  retentionMinutes: wholeNumber(
    'PERIPLUS_RETENTION_MINUTES',
    'age at which events leave the log, and decisions their stream; the newest event of each object stays',
    { least: 2, most: 10_000_000 },
    43_200,
  ),
  retentionEvents: wholeNumber(
    'PERIPLUS_RETENTION_EVENTS',
    'events that the log keeps at most; none leaves it in its first two minutes',
    { least: 1_000, most: 1_000_000_000 },
    20_000_000,
  ),
  retentionMebibytes: wholeNumber(
    'PERIPLUS_RETENTION_MEBIBYTES',
    'what the log may come to, likewise',
    { least: 16, most: 100_000_000 },
    20_480,
  ),
  archive: text('PERIPLUS_ARCHIVE', 'directory that keeps what leaves the log; `none` for nowhere', ''),
  archiveMebibytes: wholeNumber(
    'PERIPLUS_ARCHIVE_MEBIBYTES',
    'what the archive may come to; the oldest goes',
    { least: 16, most: 1_000_000_000 },
    102_400,
  ),
  sealed: sealedResources(
    'PERIPLUS_SEALED',
    'resources that are encrypted before they enter the log, with commas: `secrets`, and custom ones such as `widgets.example.com`; `none`',
  ),
  acceptLoss: choice(
    'PERIPLUS_ACCEPT_LOSS',
    'start although a damaged log has lost events for good, or the key of what is sealed is gone',
    ['yes', 'no'],
    'no',
  ),
  runtime: choice('PERIPLUS_RUNTIME', 'what runs containers', ['auto', 'containerd', 'process', 'hollow'], 'auto'),
  images: choice('PERIPLUS_IMAGES', 'where images come from', ['auto', 'registry', 'standins'], 'auto'),
  advertise: ipv4Address(
    'PERIPLUS_ADVERTISE_ADDRESS',
    'address of this machine at which other hosts reach it, and may join',
    'none: this machine alone',
  ),
  nodeName: nodeName('PERIPLUS_NODE_NAME', 'name of the node', 'the host name'),
  containerLogMebibytes: wholeNumber(
    'PERIPLUS_CONTAINER_LOG_MEBIBYTES',
    "size at which a container's log file is rotated",
    { least: 1, most: 1024 },
    10,
  ),
  containerLogFiles: wholeNumber(
    'PERIPLUS_CONTAINER_LOG_FILES',
    'log files that a container keeps, the current one included',
    { least: 2, most: 100 },
    5,
  ),
  podCidr: ipv4Network(
    'PERIPLUS_POD_CIDR',
    'addresses of the pods on this node; chosen once, then kept',
    'a free /24 of 10.244.0.0/16',
  ),
  serviceCidr: ipv4Network(
    'PERIPLUS_SERVICE_CIDR',
    'addresses of the services; chosen once, then kept',
    'a free /16 of 10.96.0.0/12',
  ),
  lbPool: ipv4Network(
    'PERIPLUS_LB_POOL',
    'addresses of services of type LoadBalancer, on which the nodes answer',
    'none: they stay pending',
  ),
  ingressAddress: ipv4Address(
    'PERIPLUS_INGRESS_ADDRESS',
    'address of this machine at which Ingresses of class `periplus` are served; 0.0.0.0: all of them',
    'the advertised one, else one for this machine and its pods alone',
  ),
  ingressHttpPort: port('PERIPLUS_INGRESS_HTTP_PORT', 'port for Ingresses without TLS', 80),
  ingressHttpsPort: port('PERIPLUS_INGRESS_HTTPS_PORT', 'port for Ingresses with TLS', 443),
  logBackends: text(
    'PERIPLUS_LOG_BACKENDS',
    'log backends of others: packages that are installed beside Periplus, or paths of modules, with commas',
    '',
  ),
  logSinkNetworks: text(
    'PERIPLUS_LOG_SINK_NETWORKS',
    "networks of this machine or the cluster that namespaces' log sinks may reach besides, with commas",
    '',
  ),
} as const

export type Settings = SettingsOf<typeof settings>

/** How many servers are to keep a stream, at least. */
export const replicasOf = ({ natsReplicas }: Pick<Settings, 'natsReplicas'>): 1 | 3 => (natsReplicas === '3' ? 3 : 1)
