import {
  absolutePath,
  choice,
  headerNames,
  ipv4Address,
  ipv4Network,
  nodeName,
  port,
  text,
  url,
  wholeNumber,
} from '@periplus/service'
import type { SettingsOf } from '@periplus/service'
import { fileURLToPath } from 'node:url'
import { evictionSettings } from './eviction.ts'
import { retainedKinds } from './retained-kinds.ts'
import { priorities } from './shutdown-grace.ts'
import { snapshotPlaces } from './snapshot-places.ts'
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
  snapshots: snapshotPlaces(
    'PERIPLUS_SNAPSHOTS',
    'where snapshots are taken to: `nats`, or `s3://bucket/prefix`, on all hosts alike; `nats,s3://...` brings them back',
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
  retainKinds: retainedKinds(
    'PERIPLUS_RETAIN_KINDS',
    'how much of the past of kinds can be read, where that is less than log and archive have: a time, a number of events, bytes of them, whichever is reached first, such as `events=1h/1000000,pods=1w/2Gi,*=30d`; `none`: all that those have',
  ),
  archive: text(
    'PERIPLUS_ARCHIVE',
    'directory, or `s3://bucket/prefix`, that keeps what leaves the log; `none` for nowhere',
    '',
  ),
  archiveMebibytes: wholeNumber(
    'PERIPLUS_ARCHIVE_MEBIBYTES',
    'what the archive may come to; the oldest goes',
    { least: 16, most: 1_000_000_000 },
    102_400,
  ),
  s3Endpoint: url('PERIPLUS_S3_ENDPOINT', 'store that `s3://` names buckets of', "AWS' of the region", [
    'http:',
    'https:',
  ]),
  s3Region: text('PERIPLUS_S3_REGION', 'its region', 'us-east-1'),
  s3Credentials: absolutePath(
    'PERIPLUS_S3_CREDENTIALS',
    "file with its keys, as AWS' tools have it (`aws_access_key_id`, `aws_secret_access_key` under `[default]`)",
  ),
  feedMebibytes: wholeNumber(
    'PERIPLUS_FEED_MEBIBYTES',
    'what the events may come to that consumers from outside read; the newest of each object stays',
    { least: 16, most: 100_000_000 },
    1_024,
  ),
  nodeFeed: choice(
    'PERIPLUS_NODE_FEED',
    '`1`: nodes read what concerns them, and cannot read the log; the same on all hosts, and to be changed while all of them are down',
    ['0', '1'],
    '0',
  ),
  sealed: sealedResources(
    'PERIPLUS_SEALED',
    'resources that are encrypted before they enter the log, with commas: `secrets`, and custom ones such as `widgets.example.com`; `none`',
  ),
  encryptionConfig: absolutePath(
    'PERIPLUS_ENCRYPTION_CONFIG',
    "file that says who keeps the cluster's key of what is sealed: KMS v2 plugins (`apiserver.config.k8s.io/v1` EncryptionConfiguration)",
  ),
  authenticationConfig: absolutePath(
    'PERIPLUS_AUTHENTICATION_CONFIG',
    'file that says whose tokens are good besides (`apiserver.config.k8s.io/v1` AuthenticationConfiguration)',
  ),
  tokenWebhookConfig: absolutePath(
    'PERIPLUS_TOKEN_WEBHOOK_CONFIG',
    'kubeconfig of a server that is asked about tokens that nobody else knows (TokenReview)',
  ),
  tokenWebhookVersion: choice('PERIPLUS_TOKEN_WEBHOOK_VERSION', 'of these reviews', ['v1', 'v1beta1'], 'v1'),
  tokenWebhookCacheSeconds: wholeNumber(
    'PERIPLUS_TOKEN_WEBHOOK_CACHE_SECONDS',
    'how long its answers are good for',
    { least: 0, most: 86_400 },
    120,
  ),
  authorizationConfig: absolutePath(
    'PERIPLUS_AUTHORIZATION_CONFIG',
    'file that says who judges what people may, and in which order (`apiserver.config.k8s.io/v1` AuthorizationConfiguration)',
  ),
  requestheaderClientCa: absolutePath(
    'PERIPLUS_REQUESTHEADER_CLIENT_CA',
    'file with the authorities (PEM) whose certificates front proxies have, which say in headers who asks; without one nobody does',
  ),
  requestheaderAllowedNames: text(
    'PERIPLUS_REQUESTHEADER_ALLOWED_NAMES',
    'common names of these certificates, with commas; none: any',
    '',
  ),
  requestheaderUsernameHeaders: headerNames(
    'PERIPLUS_REQUESTHEADER_USERNAME_HEADERS',
    'headers that say the user',
    'X-Remote-User',
  ),
  requestheaderUidHeaders: headerNames('PERIPLUS_REQUESTHEADER_UID_HEADERS', "the user's uid", 'X-Remote-Uid'),
  requestheaderGroupHeaders: headerNames('PERIPLUS_REQUESTHEADER_GROUP_HEADERS', 'a group each', 'X-Remote-Group'),
  requestheaderExtraHeadersPrefix: headerNames(
    'PERIPLUS_REQUESTHEADER_EXTRA_HEADERS_PREFIX',
    'what headers begin with that say something else of the user',
    'X-Remote-Extra-',
  ),
  auditPolicy: absolutePath(
    'PERIPLUS_AUDIT_POLICY',
    'file with a policy (`audit.k8s.io/v1`) by which requests are audited; without one they are not',
  ),
  auditMebibytes: wholeNumber(
    'PERIPLUS_AUDIT_MEBIBYTES',
    'what the audit files of an API server may come to; the oldest goes',
    { least: 16, most: 1_000_000 },
    1_024,
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
  shutdownGracePeriodSeconds: wholeNumber(
    'PERIPLUS_SHUTDOWN_GRACE_PERIOD_SECONDS',
    "what pods have to end before the machine goes down, for which systemd's logind is held up; 0: they end with it",
    { least: 0, most: 86_400 },
    0,
  ),
  shutdownGracePeriodCriticalPodsSeconds: wholeNumber(
    'PERIPLUS_SHUTDOWN_GRACE_PERIOD_CRITICAL_PODS_SECONDS',
    'the end of it, which is for critical pods alone',
    { least: 0, most: 86_400 },
    0,
  ),
  shutdownGracePeriodByPodPriority: priorities(
    'PERIPLUS_SHUTDOWN_GRACE_PERIOD_BY_POD_PRIORITY',
    'instead of both: `priority=seconds`, with commas, such as `0=20,1000=10,2000000000=5`; the least important end first',
  ),
  ...evictionSettings,
  podCidr: ipv4Network(
    'PERIPLUS_POD_CIDR',
    'addresses of the pods on this node; chosen once, then kept',
    'a free /24 of 10.244.0.0/16',
  ),
  serviceCidr: ipv4Network(
    'PERIPLUS_SERVICE_CIDR',
    'addresses of the services; chosen once, then kept',
    'a free /16 of 10.96.0.0/12; of 127.64.0.0/10 where pods are plain processes',
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
