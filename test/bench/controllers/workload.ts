import type { Kind, KubernetesObject } from '@periplus/api'
import type { Simulation } from '@periplus/controller'
import {
  DaemonSet,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  PersistentVolume,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  ReplicationController,
  ResourceQuota,
  Service,
  StatefulSet,
} from '@periplus/kinds'

const container = { name: 'main', image: 'a', resources: { requests: { cpu: '10m', memory: '1Mi' } } }
const template = (app: string, more: object = {}) => ({
  metadata: { labels: { app } },
  spec: { containers: [container], ...more },
})
const selected = (app: string, more: object = {}) => ({
  ...{ selector: { matchLabels: { app } }, template: template(app) },
  ...more,
})

interface Made {
  readonly kind: Kind
  readonly count: number
  readonly spec: (name: string) => object
}

/** One namespace's worth of every workload. */
const made: readonly Made[] = [
  { kind: ResourceQuota, count: 1, spec: () => ({ hard: { pods: '100000' } }) },
  { kind: Deployment, count: 40, spec: name => selected(name, { replicas: 5 }) },
  { kind: StatefulSet, count: 15, spec: name => selected(name, { replicas: 4, serviceName: name }) },
  { kind: DaemonSet, count: 4, spec: name => selected(name) },
  {
    ...{ kind: ReplicationController, count: 5 },
    spec: name => ({ replicas: 4, selector: { app: name }, template: template(name) }),
  },
  {
    ...{ kind: Job, count: 40 },
    spec: name => ({ completions: 5, parallelism: 3, template: template(name, { restartPolicy: 'Never' }) }),
  },
  {
    ...{ kind: Service, count: 40 },
    spec: () => ({ clusterIP: 'None', selector: { app: 'deployments-0' }, ports: [{ port: 80, protocol: 'TCP' }] }),
  },
  {
    ...{ kind: PodDisruptionBudget, count: 10 },
    spec: () => ({ minAvailable: 1, selector: { matchLabels: { app: 'deployments-0' } } }),
  },
  {
    ...{ kind: HorizontalPodAutoscaler, count: 10 },
    spec: () => ({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'deployments-0' },
      ...{ minReplicas: 1, maxReplicas: 9 },
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
      ],
    }),
  },
  {
    ...{ kind: PersistentVolume, count: 30 },
    spec: name => ({
      ...{ capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], persistentVolumeReclaimPolicy: 'Retain' },
      ...{ storageClassName: 'by-hand', hostPath: { path: `/data/${name}` } },
    }),
  },
  {
    ...{ kind: PersistentVolumeClaim, count: 30 },
    spec: () => ({
      ...{ accessModes: ['ReadWriteOnce'], storageClassName: 'by-hand', resources: { requests: { storage: '1Gi' } } },
    }),
  },
]

const names = ({ kind, count }: Made): readonly string[] =>
  Array.from({ length: count }, (_, n) => `${kind.resource}-${n}`)
const namespaceOf = ({ kind }: Made): string => (kind.namespaced ? 'default' : '')
const refOf = (of: Made, name: string) => ({
  ...{ group: of.kind.group, resource: of.kind.resource, namespace: namespaceOf(of), name },
})

export const createAll = async ({ user }: Simulation): Promise<void> => {
  for (const of of made)
    for (const name of names(of)) {
      const { group, version, kind } = of.kind
      const metadata = { name, ...(of.kind.namespaced ? { namespace: 'default' } : {}) }
      const object = { apiVersion: group ? `${group}/${version}` : version, kind, metadata, spec: of.spec(name) }
      await user({ verb: 'create', kind: of.kind, object: object as KubernetesObject })
    }
}

/** Another template for everything that rolls. */
export const rollAll = async ({ user }: Simulation): Promise<void> => {
  for (const of of made.filter(({ kind }) => [Deployment, StatefulSet, DaemonSet].some(one => one.kind === kind.kind)))
    for (const name of names(of)) {
      const body = { spec: { template: { metadata: { annotations: { release: '2' } } } } }
      await user({ verb: 'patch', kind: of.kind, ref: refOf(of, name), patch: { type: 'merge', body } })
    }
}

export const deleteAll = async ({ user }: Simulation): Promise<void> => {
  for (const of of made)
    for (const name of names(of))
      await user({
        ...{ verb: 'delete', kind: of.kind, ref: refOf(of, name) },
        options: { propagationPolicy: 'Background' },
      })
}
