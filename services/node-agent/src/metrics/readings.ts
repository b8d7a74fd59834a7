import { formatDuration, formatTime } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Node, NodeMetrics, Pod, PodMetrics } from '@periplus/kinds'
import type { ContainerState } from '@periplus/runtime'
import { nanoCores } from './sample.ts'
import type { Sample, Use } from './sample.ts'

type Usage = NodeMetrics['usage']

/** Used between two samples; `undefined` where the counter has begun anew. */
const usageOf = (before: Use | undefined, after: Use | undefined, milliseconds: number): Usage | undefined => {
  const cores = after && nanoCores(before, after, milliseconds)
  if (!after || cores === undefined) return undefined
  return {
    cpu: cores === 0 ? '0' : `${cores}n`,
    memory: `${Math.floor(after.memoryBytes / 1024)}Ki`,
  }
}

const readingAt = (before: Sample, after: Sample) => ({
  apiVersion: 'metrics.k8s.io/v1beta1',
  timestamp: formatTime(after.at),
  window: formatDuration(after.at - before.at),
})

/** What the machine used between two samples. */
export const nodeReading = (node: Stored<Node>, before: Sample, after: Sample): NodeMetrics | undefined => {
  const usage = usageOf(before.machine, after.machine, after.at - before.at)
  const { name, uid, labels } = node.metadata
  return (
    usage && {
      ...readingAt(before, after),
      kind: 'NodeMetrics',
      metadata: {
        name,
        ...(labels ? { labels } : {}),
        ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }],
      },
      usage,
    }
  )
}

/** What the containers of a pod used that ran at both samples; `undefined` where none did. */
export const podReading = (
  { metadata }: Pod,
  states: readonly ContainerState[],
  before: Sample,
  after: Sample,
): PodMetrics | undefined => {
  const containers = states
    .filter(({ state }) => state === 'running')
    .flatMap(({ id, name }) => {
      const usage = usageOf(before.containers.get(id), after.containers.get(id), after.at - before.at)
      return usage ? [{ name, usage }] : []
    })
  if (containers.length === 0) return undefined
  const { name = '', namespace, uid = '', labels } = metadata ?? {}
  return {
    ...readingAt(before, after),
    kind: 'PodMetrics',
    metadata: {
      name,
      namespace,
      ...(labels ? { labels } : {}),
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name, uid }],
    },
    containers,
  }
}
