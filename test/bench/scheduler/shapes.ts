import { applyDefaults } from '@periplus/api'
import { completed } from '@periplus/controller'
import { Node, Pod } from '@periplus/kinds'
import type { PodSpec } from '@periplus/kinds'
import type { KubernetesObject } from '@periplus/api'

/** Nodes and pods as Kubernetes' scheduler_perf makes them: three zones, four cores, 32 GiB and 110 pods a node. */
export const nodeNamed = (n: number): KubernetesObject =>
  completed(Node, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: `node-${String(n).padStart(5, '0')}`,
      labels: {
        'kubernetes.io/hostname': `node-${String(n).padStart(5, '0')}`,
        'topology.kubernetes.io/zone': `zone-${(n % 3) + 1}`,
      },
    },
    spec: {},
    status: {
      allocatable: { cpu: '4', memory: '32Gi', pods: '110' },
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  } as Node)

interface PodShape {
  readonly labels?: Record<string, string>
  readonly cpu?: string
  readonly spec?: Partial<PodSpec>
}

/** As the API server stores it: were anything left open, the first word about its status would fill it in, and seem another wish. */
const pod = (name: string, { labels, cpu = '100m', spec = {} }: PodShape): KubernetesObject => {
  const made = completed(Pod, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'bench', ...(labels ? { labels } : {}) },
    spec: {
      schedulerName: 'default-scheduler',
      containers: [
        { name: 'pause', image: 'registry.k8s.io/pause', resources: { requests: { cpu, memory: '500Mi' } } },
      ],
      ...spec,
    },
    status: { phase: 'Pending', qosClass: 'Burstable' },
  } as Pod)
  const filled = applyDefaults(Pod.schema, made as Pod)
  return Pod.defaults?.(filled) ?? filled
}

export interface Shape {
  readonly name: string
  /** What is there before the clock starts. */
  readonly before: readonly KubernetesObject[]
  /** Those that are placed on the clock. */
  readonly measured: readonly KubernetesObject[]
}

const times = (count: number, make: (n: number) => KubernetesObject): readonly KubernetesObject[] =>
  Array.from({ length: count }, (_, n) => make(n))

const zone = 'topology.kubernetes.io/zone'
const blue = { color: 'blue' }
const near = (topologyKey: string) => ({
  requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector: { matchLabels: blue } }],
})
const company = (affinity: PodSpec['affinity']): PodShape => ({ labels: blue, spec: { affinity } })

const spreading: PodShape = {
  labels: blue,
  spec: {
    topologySpreadConstraints: [
      { maxSkew: 5, topologyKey: zone, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: blue } },
    ],
  },
}

/** The shapes of scheduler_perf, `count` pods of each on the clock. */
export const shapesOf = (nodes: number, count: number): readonly Shape[] => {
  const placing = (name: string, shape: PodShape, before: PodShape = shape, most = count): Shape => ({
    name,
    before: times(Math.min(count, 1_000), n => pod(`before-${n}`, before)),
    measured: times(Math.min(count, most), n => pod(`pod-${n}`, shape)),
  })
  return [
    placing('basic', {}),
    placing('pod affinity', company({ podAffinity: near(zone) })),
    // One a node, and no more than there are nodes.
    placing('pod anti-affinity', company({ podAntiAffinity: near('kubernetes.io/hostname') }), {}, nodes),
    placing('spreading', spreading),
    {
      name: 'preemption',
      before: times(nodes * 4, n => pod(`low-${n}`, { cpu: '900m' })),
      measured: times(Math.min(count, nodes) / 2, n => pod(`high-${n}`, { cpu: '3', spec: { priority: 10 } })),
    },
    {
      name: 'unschedulable churn',
      before: times(200, n => pod(`large-${n}`, { cpu: '9' })),
      measured: times(count, n => pod(`pod-${n}`, {})),
    },
  ]
}
