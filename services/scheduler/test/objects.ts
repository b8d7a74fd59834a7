import { completed } from '@periplus/controller'
import { Node, Pod } from '@periplus/kinds'
import type { PodSpec } from '@periplus/kinds'
import type { Stored } from '@periplus/api'

/** Nodes and pods with as little in them as matters. */

export interface NodeTraits {
  readonly cpu?: string
  readonly memory?: string
  readonly pods?: string
  readonly more?: Record<string, string>
  readonly labels?: Record<string, string>
  readonly spec?: Node['spec']
}

export const node = (name: string, traits: NodeTraits = {}): Stored<Node> =>
  completed(Node, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...traits.labels } },
    spec: traits.spec ?? {},
    status: {
      allocatable: {
        cpu: traits.cpu ?? '4',
        memory: traits.memory ?? '8Gi',
        pods: traits.pods ?? '110',
        'ephemeral-storage': '100Gi',
        ...traits.more,
      },
    },
  } as Node) as Stored<Node>

export interface PodTraits {
  readonly requests?: Record<string, string>
  readonly labels?: Record<string, string>
  readonly namespace?: string
  readonly spec?: Partial<PodSpec>
  readonly on?: string
  readonly metadata?: Pod['metadata']
  readonly status?: Pod['status']
}

export const pod = (name: string, traits: PodTraits = {}): Stored<Pod> =>
  completed(Pod, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: traits.namespace ?? 'default', labels: traits.labels, ...traits.metadata },
    spec: {
      containers: [{ name: 'main', image: 'nginx', resources: { requests: traits.requests } }],
      ...(traits.on ? { nodeName: traits.on } : {}),
      ...traits.spec,
    },
    status: traits.status ?? { phase: traits.on ? 'Running' : 'Pending' },
  } as Pod) as Stored<Pod>
