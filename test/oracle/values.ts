import { shapeOf } from '@periplus/api'
import type { Scalar, Schema } from '@periplus/api'
import fc from 'fast-check'

/** How values are drawn while an object is walked: fast-check's own generator, so that a seed says everything. */
export type Draw = fc.GeneratorValue

const texts = [
  '',
  ' ',
  'a',
  'b',
  'web',
  'A',
  'a.b',
  'a_b',
  '-a',
  'a-',
  'a/b',
  'a/b/c',
  '/',
  '/x',
  'x/',
  '..',
  '../x',
  '..x',
  'x'.repeat(63),
  'x'.repeat(64),
  'x'.repeat(254),
  'é',
  '日本',
  'a b',
  'a\nb',
  '$(X)',
  '1',
  '80',
  '-1',
  '50%',
  '101%',
  '10.0.0.1',
  '010.0.0.1',
  '10.0.0.300',
  '::1',
  'FE80::1',
  '::ffff:1.2.3.4',
  '10.0.0.0/8',
  '10.0.0.1/8',
  '::/0',
  '*.example.com',
  'example.com',
  'example.com/x',
  'kubernetes.io/x',
  'http',
  'UTC',
  'None',
  'Always',
  'True',
  'v1',
]

/** Fields that are not drawn: the judge does not know them, or drops them unless they are switched on. */
export const unknownThere: ReadonlySet<string> = new Set(['clusterTrustBundle', 'podCertificate', 'schedulingGroup'])

/** Words that mean something, by the field that they stand in: without them hardly anything random would be valid. */

const words: Readonly<Record<string, readonly string[]>> = {
  accessModes: ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod', 'RWO'],
  action: ['Restart', 'FailJob', 'Ignore', 'Count', 'FailIndex', 'RestartAllContainers'],
  addressType: ['IPv4', 'IPv6', 'FQDN'],
  apiGroup: ['', 'rbac.authorization.k8s.io', 'apps'],
  apiVersion: ['v1', 'apps/v1'],
  completedIndexes: ['', '0', '0-1', '1,2', '0,2-3', '1-0', '0-1-2', '7', 'a'],
  completionMode: ['Indexed', 'NonIndexed'],
  concurrencyPolicy: ['Allow', 'Forbid', 'Replace'],
  cidr: ['10.0.0.0/8', '10.0.0.1/8', '::/0', '10.0.0.0', '010.0.0.0/8', '10.0.0.0/33'],
  dnsPolicy: ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'],
  effect: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'],
  except: ['10.1.0.0/16', '11.0.0.0/16', '10.0.0.0/8', 'x'],
  externalTrafficPolicy: ['Cluster', 'Local'],
  failedIndexes: ['', '0', '1', '2-3', '0,0', 'x'],
  fieldPath: ['metadata.name', "metadata.labels['a']", 'status.podIP', 'spec.host', 'metadata.labels', 'spec.nodeName'],
  fsGroupChangePolicy: ['OnRootMismatch', 'Always'],
  internalTrafficPolicy: ['Cluster', 'Local'],
  ipFamilies: ['IPv4', 'IPv6'],
  ipFamilyPolicy: ['SingleStack', 'PreferDualStack', 'RequireDualStack'],
  kind: ['User', 'Group', 'ServiceAccount', 'Deployment', 'PersistentVolumeClaim', 'Role', 'ClusterRole', 'Pod'],
  matchLabelKeys: ['app', 'pod-template-hash', 'x'],
  medium: ['Memory', 'HugePages'],
  mountPath: ['/a', '/b', '/data'],
  mountPropagation: ['None', 'HostToContainer', 'Bidirectional'],
  name: ['web', 'a', 'cpu', 'memory'],
  nodeAffinityPolicy: ['Honor', 'Ignore'],
  nodeTaintsPolicy: ['Honor', 'Ignore'],
  nonResourceURLs: ['*', '/healthz', '/a/*', 'x', '/a*b'],
  operator: ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt', 'Equal'],
  phase: ['Active', 'Terminating', 'Pending', 'Bound', 'Released', 'Running'],
  pathType: ['Exact', 'Prefix', 'ImplementationSpecific'],
  path: ['/', '/a', '/a/../b', '//', '/%2f', 'a', 'a/b', '../a'],
  persistentVolumeReclaimPolicy: ['Retain', 'Delete', 'Recycle'],
  podManagementPolicy: ['OrderedReady', 'Parallel'],
  podReplacementPolicy: ['Failed', 'TerminatingOrFailed'],
  policyTypes: ['Ingress', 'Egress'],
  preemptionPolicy: ['Never', 'PreemptLowerPriority'],
  procMount: ['Default', 'Unmasked'],
  protocol: ['TCP', 'UDP', 'SCTP'],
  pullPolicy: ['Always', 'Never', 'IfNotPresent'],
  imagePullPolicy: ['Always', 'Never', 'IfNotPresent'],
  recursiveReadOnly: ['Enabled', 'Disabled', 'IfPossible'],
  resource: ['limits.cpu', 'requests.memory', 'limits.hugepages-2Mi', 'limits.ephemeral-storage'],
  resourceName: ['cpu', 'memory'],
  restartPolicy: ['Always', 'Never', 'OnFailure', 'NotRequired', 'RestartContainer'],
  schedule: [
    '* * * * *',
    '@hourly',
    '*/5 * * * *',
    '61 * * * *',
    'TZ=UTC * * * * *',
    '@every 1h',
    '0 0 31 2 *',
    '* * * *',
  ],
  scheme: ['HTTP', 'HTTPS'],
  scopeName: ['PriorityClass', 'Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort'],
  scopes: ['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort', 'PriorityClass'],
  selectPolicy: ['Max', 'Min', 'Disabled'],
  sessionAffinity: ['None', 'ClientIP'],
  signerName: ['example.com/x', 'kubernetes.io/kube-apiserver-client', 'kubernetes.io/legacy-unknown', 'x'],
  stopSignal: ['SIGTERM', 'SIGKILL', 'SIGUSR1'],
  status: ['True', 'False', 'Unknown'],
  supplementalGroupsPolicy: ['Merge', 'Strict'],
  terminationMessagePolicy: ['File', 'FallbackToLogsOnError'],
  timeZone: ['UTC', 'Europe/Berlin', 'Local', 'CET', 'europe/berlin', '../UTC'],
  topologyKey: ['kubernetes.io/hostname', 'zone'],
  trafficDistribution: ['PreferClose', 'PreferSameZone', 'PreferSameNode'],
  type: [
    'ClusterIP',
    'NodePort',
    'LoadBalancer',
    'ExternalName',
    'Container',
    'Pod',
    'PersistentVolumeClaim',
    'Opaque',
    'kubernetes.io/tls',
    'kubernetes.io/dockerconfigjson',
    'kubernetes.io/basic-auth',
    'kubernetes.io/ssh-auth',
    'RollingUpdate',
    'Recreate',
    'OnDelete',
    'Resource',
    'Pods',
    'Object',
    'External',
    'ContainerResource',
    'Utilization',
    'AverageValue',
    'Value',
    'Percent',
    'RuntimeDefault',
    'Localhost',
    'Unconfined',
    'Directory',
    'Ready',
    'Complete',
    'Failed',
    'FailureTarget',
    'SuccessCriteriaMet',
    'Suspended',
    'Approved',
    'Denied',
  ],
  unhealthyPodEvictionPolicy: ['IfHealthyBudget', 'AlwaysAllow'],
  usages: ['client auth', 'server auth', 'digital signature', 'any', 'nonsense'],
  verbs: ['get', '*', 'list'],
  volumeBindingMode: ['Immediate', 'WaitForFirstConsumer'],
  volumeMode: ['Block', 'Filesystem'],
  whenDeleted: ['Retain', 'Delete'],
  whenScaled: ['Retain', 'Delete'],
  whenUnsatisfiable: ['DoNotSchedule', 'ScheduleAnyway'],
}

const keys = [
  'a',
  'app',
  '',
  'A_b',
  'example.com/x',
  'a/b/c',
  '-x',
  'x'.repeat(64),
  'kubernetes.io/x',
  'é',
  '..',
  '.',
  'k.json',
]
const resources = [
  'cpu',
  'memory',
  'storage',
  'ephemeral-storage',
  'pods',
  'services',
  'hugepages-2Mi',
  'example.com/gpu',
  'kubernetes.io/x',
  'requests.cpu',
  'limits.memory',
  'requests.storage',
  'requests.example.com/gpu',
  'count/pods',
  'gold.storageclass.storage.k8s.io/requests.storage',
  'foo',
  'A/B/C',
  '',
]

const integers = [
  0, 1, -1, 2, 3, 10, 80, 99, 100, 101, 255, 256, 511, 512, 600, 3600, 30000, 65535, 65536, 86400, 86401,
]

const scalars: Readonly<Record<Scalar, readonly unknown[]>> = {
  string: texts,
  boolean: [true, false],
  int32: [...integers, 2 ** 31 - 1, -(2 ** 31)],
  int64: [...integers, 2 ** 31 - 1, 2 ** 31, 2 ** 32 + 1, 2 ** 53 - 1, -(2 ** 53) + 1],
  double: [0, 1.5, -1],
  bytes: ['', 'YQ==', 'eyJhdXRocyI6e319', 'e30='],
  quantity: ['0', '1', '-1', '100m', '1500m', '128Mi', '1Gi', '1n', '1m', '8E', '12', '0.5', '1e3', '2k'],
  time: ['2026-01-02T03:04:05Z', '1970-01-01T00:00:00Z', '2099-12-31T23:59:59Z'],
  'micro-time': ['2026-01-02T03:04:05.000000Z', '2026-01-02T03:04:05.678901Z'],
  'int-or-string': [0, 1, -1, 80, 65536, '', 'http', '0%', '50%', '101%', '1', 'x'.repeat(16), '-5%'],
  'raw-object': [{}, { a: 1 }, { apiVersion: 'v1', kind: 'X' }],
  'raw-any': [null, 1, 'a', { a: [1] }],
}

/** One of several, drawn by its position: fast-check compares what a drawing is given, and schemas are deep. */
export const oneOf = <A>(draw: Draw, values: readonly A[]): A => {
  const position = draw(fc.integer, { min: 0, max: values.length - 1 })
  return values[position] as A
}

export const chance = (draw: Draw, percent: number): boolean => draw(fc.integer, { min: 0, max: 99 }) < percent

const text = (draw: Draw, field: string): string => {
  const known = Object.hasOwn(words, field) ? words[field] : undefined
  return known && chance(draw, 70) ? oneOf(draw, known) : oneOf(draw, texts)
}

/** A value of the schema that leans to the edges; structs below `depth` have their required fields only. */
export const valueOf = (draw: Draw, schema: Schema<unknown>, field: string, depth = 2): unknown => {
  const shape = shapeOf(schema)
  switch (shape.tag) {
    case 'scalar':
      return shape.scalar === 'string' ? text(draw, field) : oneOf(draw, scalars[shape.scalar])
    case 'list':
      return Array.from({ length: oneOf(draw, [0, 1, 1, 1, 2, 2, 3]) }, () => valueOf(draw, shape.of, field, depth))
    case 'map':
      return Object.fromEntries(
        Array.from({ length: oneOf(draw, [0, 1, 1, 2]) }, () => [
          keyOf(draw, shape.of),
          valueOf(draw, shape.of, field, depth),
        ]),
      )
    case 'struct':
      return Object.fromEntries(
        Object.entries(shape.fields)
          .filter(([name]) => !unknownThere.has(name))
          .filter(([, { required }]) => required || (depth > 0 && chance(draw, 30)))
          .map(([name, { schema: inner }]) => [name, valueOf(draw, inner, name, depth - 1)]),
      )
  }
}

/** A key of a map: a resource's name where the values are quantities. */
export const keyOf = (draw: Draw, of: Schema<unknown>): string => {
  const shape = shapeOf(of)
  return shape.tag === 'scalar' && shape.scalar === 'quantity' ? oneOf(draw, resources) : oneOf(draw, keys)
}
