import { join } from 'node:path'
import type { Pod } from '@periplus/kinds'
import type { Origin } from '@periplus/log'
import type { NodeAgentConfig } from '../config.ts'
import { reporter } from '../contained.ts'
import { imageCollector } from '../images/collect.ts'
import { imagesOf } from '../images/images-of.ts'
import { rotateLogs } from '../logs/rotate.ts'
import type { Machine } from '../node/machine.ts'
import type { NodeContext } from '../pods/context.ts'
import type { PodManager } from '../pods/pod-manager.ts'
import { overLimit, podLimit, watchLimits } from '../volumes/overflow.ts'
import { immediately } from './eviction.ts'
import type { Eviction } from './eviction.ts'
import { evictOnPressure } from './evict-on-pressure.ts'
import type { EvictionPolicy } from './policy.ts'
import type { PressureState } from './pressure-state.ts'
import { diskUsages } from './usage.ts'
import type { UsageSources } from './usage.ts'

export interface KeepRoomOptions extends Pick<NodeAgentConfig, 'imageDirectory' | 'rootDirectory' | 'logRotation'> {
  readonly eviction: EvictionPolicy
  readonly node: NodeContext
  readonly machine: Machine
  readonly pods: PodManager
  readonly pressure: PressureState
  readonly origin: Origin
}

/** All that keeps a machine's memory and disk from running out: unused images and old logs go, and so do pods that use too much. */
export const keepRoom = (options: KeepRoomOptions): readonly Promise<void>[] => {
  const { node, machine, pods, pressure, origin } = options
  const { runtime, clock, signal, view, log } = node
  const images = imageCollector({
    runtime,
    machine,
    clock,
    signal,
    report: reporter(log, 'the collection of images'),
    wanted: () => new Set(pods.pods.flatMap(imagesOf)),
  })
  const evict = (pod: Pod, eviction: Eviction): void => pods.worker(pod.metadata?.uid ?? '')?.evict(eviction)
  const sources: UsageSources = {
    runtime,
    containers: uid => view.pod(uid).containers,
    volumes: node.disk.filledBy,
    logs: (pod, container) => join(node.disk.logDirectory(pod), container),
  }
  return [
    images.keep(),
    watchLimits({
      clock,
      signal,
      pods: () => pods.pods,
      excess: async pod => {
        const [usage] = podLimit(pod) > 0 ? await diskUsages([pod], sources) : []
        return (await node.disk.overflowing(pod)) ?? (usage && overLimit(usage))
      },
      evict: (pod, message) => evict(pod, { message, graceSeconds: immediately }),
      failed: (pod, error) =>
        log.error('the disk use of a pod cannot be told', { pod: pod.metadata?.name, error: String(error) }),
    }),
    evictOnPressure(node, { ...options, state: pressure, images, sources, evict, origin }),
    rotateLogs({
      ...options.logRotation,
      runtime,
      clock,
      signal,
      containers: () => view.uids().flatMap(uid => view.pod(uid).containers),
      failed: ({ logPath }, error) => log.error('a log cannot be rotated', { logPath, error: String(error) }),
    }),
  ]
}
