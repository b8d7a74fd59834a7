import { formatTime, controlledBy } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { completed, startOfTime } from '@periplus/controller'
import { Deployment, Node, ReplicaSet } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'

/** Objects that the controllers' tests are given, with as little in them as matters. */

export const template = (labels: Record<string, string>, image = 'nginx:1.7.9') => ({
  metadata: { labels },
  spec: { containers: [{ name: 'main', image }] },
})

export const replicaSet = (name: string, replicas: number, rest: Partial<ReplicaSet> = {}): Stored<ReplicaSet> => {
  const labels = { app: name }
  return completed(ReplicaSet, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    ...rest,
    metadata: { name, namespace: 'default', ...rest.metadata },
    spec: { replicas, selector: { matchLabels: labels }, template: template(labels), ...rest.spec },
  } as ReplicaSet) as Stored<ReplicaSet>
}

export interface PodTraits {
  readonly phase?: string
  readonly ready?: boolean
  /** Milliseconds since the epoch; default: when everything began. */
  readonly readySince?: number
  readonly created?: number
  readonly node?: string
  readonly labels?: Record<string, string>
  readonly annotations?: Record<string, string>
  readonly restarts?: number
  readonly deleting?: boolean
  readonly uid?: string
}

/** Whether, and since when, a pod is ready. */
export const readiness = ({ ready = true, readySince = startOfTime }: Pick<PodTraits, 'ready' | 'readySince'>) => [
  { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: formatTime(readySince) },
]

export const pod = (name: string, owner: Stored<ReplicaSet> | undefined, traits: PodTraits = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'default',
    labels: traits.labels ?? owner?.spec?.template?.metadata?.labels,
    annotations: traits.annotations,
    ...(traits.uid ? { uid: traits.uid } : {}),
    ...(owner ? { ownerReferences: [controlledBy(ReplicaSet, owner)] } : {}),
    ...(traits.created === undefined ? {} : { creationTimestamp: formatTime(traits.created) }),
    ...(traits.deleting ? { deletionTimestamp: formatTime(startOfTime), deletionGracePeriodSeconds: 30 } : {}),
  },
  spec: { containers: [{ name: 'main', image: 'nginx' }], nodeName: traits.node },
  status: {
    phase: traits.phase ?? 'Running',
    conditions: readiness(traits),
    containerStatuses: [
      {
        name: 'main',
        image: 'nginx',
        imageID: '',
        ready: traits.ready ?? true,
        restartCount: traits.restarts ?? 0,
      },
    ],
  },
})

export const deployment = (name: string, spec: Partial<NonNullable<Deployment['spec']>> = {}): Stored<Deployment> =>
  completed(Deployment, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: name } },
      template: template({ app: name }),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      ...spec,
    },
  } as Deployment) as Stored<Deployment>

export const node = (name: string, rest: Partial<Node> = {}): Stored<Node> =>
  completed(Node, {
    apiVersion: 'v1',
    kind: 'Node',
    ...rest,
    metadata: { name, ...rest.metadata },
    spec: rest.spec ?? {},
    status: rest.status ?? {
      conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: formatTime(startOfTime) }],
    },
  } as Node) as Stored<Node>
