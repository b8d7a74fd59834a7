import { pause } from '@periplus/prelude'
import { isTerminalPhase } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import type { Origin } from '@periplus/log'
import { aboutNode } from '../events/about.ts'
import type { ImageCollector } from '../images/collect.ts'
import type { Machine } from '../node/machine.ts'
import type { NodeContext } from '../pods/context.ts'
import type { PodManager } from '../pods/pod-manager.ts'
import type { Eviction } from './eviction.ts'
import type { EvictionPolicy } from './policy.ts'
import type { PressureState } from './pressure-state.ts'
import { readings } from './readings.ts'
import { diskUsages, memoryUsages } from './usage.ts'
import type { UsageSources } from './usage.ts'
import { watchPressure } from './watch-pressure.ts'

export interface EvictionOptions {
  readonly machine: Machine
  readonly rootDirectory: string
  readonly imageDirectory?: string
  readonly eviction: EvictionPolicy
  readonly state: PressureState
  readonly pods: PodManager
  readonly images: ImageCollector
  readonly sources: UsageSources
  readonly evict: (pod: Pod, eviction: Eviction) => void
  readonly origin: Origin
}

/** The node's own eviction, on this machine and by its pods. */
export const evictOnPressure = (node: NodeContext, options: EvictionOptions): Promise<void> => {
  const { machine, rootDirectory: nodeDirectory, imageDirectory = nodeDirectory, pods, sources } = options
  return watchPressure({
    clock: node.clock,
    signal: node.signal,
    maxPodGraceSeconds: options.eviction.maxPodGraceSeconds,
    state: options.state,
    look: () => readings({ machine, nodeDirectory, imageDirectory }),
    usages: resource => (resource === 'memory' ? memoryUsages : diskUsages)(pods.pods, sources),
    reclaim: async () => {
      await reclaimEnded(node, pods)
      await options.images.reclaim()
    },
    tell: resource =>
      node.events.record({
        about: aboutNode(node.settings.nodeName),
        type: 'Warning',
        reason: 'EvictionThresholdMet',
        message: `Attempting to reclaim ${resource}`,
        origin: options.origin,
      }),
    evict: options.evict,
    isGone: pod => isGone(node, pod),
    failed: error => node.log.error('a round of eviction threw', { error: String(error) }),
  })
}

const isGone = (node: NodeContext, { metadata }: Pod): boolean =>
  node.view.pod(metadata?.uid ?? '').containers.length === 0

const patienceMilliseconds = 10_000

/** Pods that have ended keep their containers for people to look at; that is the first thing to go. */
const reclaimEnded = async (node: NodeContext, pods: PodManager): Promise<void> => {
  const ended = pods.pods.filter(({ status }) => isTerminalPhase(status?.phase))
  for (const { metadata } of ended) pods.worker(metadata?.uid ?? '')?.giveBack()
  const until = node.clock.now() + patienceMilliseconds
  while (!node.signal.aborted && !ended.every(pod => isGone(node, pod)) && node.clock.now() < until)
    await pause(node.clock, 200, node.signal)
}
