import type { KubernetesObject } from '@periplus/api'

const object = (
  apiVersion: string,
  kind: string,
  name: string,
  rest: object,
  namespace = 'default',
): KubernetesObject =>
  ({ apiVersion, kind, metadata: { name, ...(namespace === '' ? {} : { namespace }) }, ...rest }) as KubernetesObject

const room = { cpu: '4', memory: '8Gi', pods: '110' }
const nodeStatus = { capacity: room, allocatable: room, conditions: [{ type: 'Ready', status: 'True' }] }

const podSpec = {
  terminationGracePeriodSeconds: 30,
  priority: 0,
  tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }],
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: { app: 'web' } },
    },
  ],
  affinity: {
    nodeAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 1, preference: { matchExpressions: [{ key: 'cores', operator: 'Gt', values: ['1'] }] } },
      ],
    },
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 1,
          podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'web' } } },
        },
      ],
    },
  },
  containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '100m', memory: '1Mi' } } }],
}
/** Two of them of a kind of pods that nobody else selects. */
const replicated = (app: string) => ({
  replicas: 2,
  minReadySeconds: 0,
  selector: { matchLabels: { app } },
  template: { metadata: { labels: { app } }, spec: podSpec },
})

const without = (from: object, key: string): object =>
  Object.fromEntries(Object.entries(from).filter(([name]) => name !== key))

/** What is there before the controllers are. */
export const beginnings: readonly KubernetesObject[] = [
  ...['default', 'kube-node-lease', 'kube-system'].map(name => object('v1', 'Namespace', name, {}, '')),
  object('networking.k8s.io/v1', 'ServiceCIDR', 'kubernetes', { spec: { cidrs: ['10.96.0.0/16'] } }, ''),
]

/** What a cluster is made of, each in its plainest valid form. */
export const plainObjects: readonly KubernetesObject[] = [
  object('v1', 'Node', 'node-a', { spec: { taints: [] }, status: nodeStatus }, ''),
  object('v1', 'Node', 'node-b', { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] }, status: nodeStatus }, ''),
  object('apps/v1', 'Deployment', 'web', {
    spec: {
      ...replicated('web'),
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 2,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: '25%' } },
    },
  }),
  object('apps/v1', 'Deployment', 'again', { spec: { ...replicated('again'), strategy: { type: 'Recreate' } } }),
  object('apps/v1', 'ReplicaSet', 'set', { spec: replicated('set') }),
  object('v1', 'ReplicationController', 'controller', {
    spec: { ...replicated('controller'), selector: { app: 'controller' } },
  }),
  object('v1', 'Pod', 'alone', {
    metadata: { name: 'alone', namespace: 'default', labels: { app: 'alone' } },
    spec: podSpec,
  }),
  object('policy/v1', 'PodDisruptionBudget', 'budget', {
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
  }),
  object('v1', 'ResourceQuota', 'quota', { spec: { hard: { pods: '100', 'requests.cpu': '100' } } }),
  object('v1', 'ServiceAccount', 'account', {}),
  object('v1', 'ConfigMap', 'map', { data: { a: '1' } }),
  object('v1', 'Event', 'told', {
    involvedObject: { kind: 'Pod', namespace: 'default', name: 'alone' },
    reason: 'Told',
    message: 'told',
    count: 1,
    lastTimestamp: '2025-01-01T00:00:00Z',
    type: 'Normal',
  }),
  object('coordination.k8s.io/v1', 'Lease', 'node-a', {
    metadata: { name: 'node-a', namespace: 'kube-node-lease' },
    spec: { holderIdentity: 'node-a', leaseDurationSeconds: 40, renewTime: '2025-01-01T00:00:00.000000Z' },
  }),
  object('batch/v1', 'Job', 'job', {
    spec: {
      parallelism: 2,
      completions: 3,
      completionMode: 'Indexed',
      backoffLimit: 2,
      activeDeadlineSeconds: 600,
      ttlSecondsAfterFinished: 60,
      template: { spec: { ...podSpec, restartPolicy: 'Never' } },
    },
  }),
  object('batch/v1', 'Job', 'queue', {
    spec: { parallelism: 2, template: { spec: { ...podSpec, restartPolicy: 'OnFailure' } } },
  }),
  object('batch/v1', 'CronJob', 'cron', {
    spec: {
      schedule: '* * * * *',
      timeZone: 'Europe/Athens',
      startingDeadlineSeconds: 100,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: { spec: { template: { spec: { ...podSpec, restartPolicy: 'Never' } } } },
    },
  }),
  object('apps/v1', 'DaemonSet', 'daemons', {
    spec: {
      ...without(replicated('daemons'), 'replicas'),
      revisionHistoryLimit: 2,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
    },
  }),
  object('apps/v1', 'StatefulSet', 'stateful', {
    spec: {
      ...replicated('stateful'),
      serviceName: 'stateful',
      ordinals: { start: 1 },
      revisionHistoryLimit: 2,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    },
  }),
  object('v1', 'Service', 'service', {
    spec: {
      selector: { app: 'web' },
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 10 } },
    },
  }),
  object('v1', 'Endpoints', 'by-hand', {
    subsets: [{ addresses: [{ ip: '10.1.2.3', hostname: 'a' }], ports: [{ name: 'http', port: 80, protocol: 'TCP' }] }],
  }),
  object('storage.k8s.io/v1', 'StorageClass', 'class', { provisioner: 'nobody', reclaimPolicy: 'Delete' }, ''),
  object(
    'v1',
    'PersistentVolume',
    'volume',
    {
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'class',
        hostPath: { path: '/tmp/volume' },
      },
    },
    '',
  ),
  object('v1', 'PersistentVolumeClaim', 'claim', {
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'class', resources: { requests: { storage: '1Mi' } } },
  }),
]
