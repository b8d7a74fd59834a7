import { readFile } from 'node:fs/promises'
import type { Pod } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { ContainerRuntime, ContainerState } from '@periplus/runtime'
import { diskUsage } from '../files/disk-usage.ts'
import type { DiskUsage } from '../files/disk-usage.ts'
import { openDeleted } from './open-deleted.ts'
import type { PodUsage } from './rank.ts'
import type { Resource } from './signals.ts'

export interface UsageSources {
  readonly runtime: ContainerRuntime
  readonly containers: (uid: string) => readonly ContainerState[]
  /** Directories that a pod fills, besides its containers' own: emptyDirs on the disk, files that the node wrote for it. */
  readonly volumes: (pod: Pod) => readonly string[]
  /** Where the log of a container is. */
  readonly logs: (pod: Pod, container: string) => string
}

const nothing: DiskUsage = { bytes: 0, inodes: 0 }

/**
 * What pods take of the disk, measured now: volumes, logs, what their containers have written into their own roots, and files that they
 * have deleted and still hold.
 */
export const diskUsages = async (pods: readonly Pod[], sources: UsageSources): Promise<readonly PodUsage[]> => {
  const layers = await writableLayers()
  const deleted = await openDeleted(new Set(pods.map(({ metadata }) => metadata?.uid ?? '')))
  const usages: PodUsage[] = []
  for (const pod of pods) {
    const uid = pod.metadata?.uid ?? ''
    const [own, held] = [await diskUsage(sources.volumes(pod)), deleted.get(uid) ?? nothing]
    const containers = new Map<string, Record<Resource, number>>()
    for (const { id, name } of sources.containers(uid)) {
      const layer = layers.get(id)
      const logs = containers.has(name) ? nothing : await diskUsage([sources.logs(pod, name)])
      const root = layer === undefined ? nothing : await diskUsage([layer])
      const before = containers.get(name)
      containers.set(name, {
        memory: 0,
        'ephemeral-storage': (before?.['ephemeral-storage'] ?? 0) + logs.bytes + root.bytes,
        inodes: (before?.inodes ?? 0) + logs.inodes + root.inodes,
      })
    }
    const sum = (resource: Resource): number =>
      [...containers.values()].reduce((total, each) => total + each[resource], 0)
    usages.push({
      pod,
      containers,
      total: {
        memory: 0,
        'ephemeral-storage': own.bytes + held.bytes + sum('ephemeral-storage'),
        inodes: own.inodes + held.inodes + sum('inodes'),
      },
    })
  }
  return usages
}

/** The same of memory, as the runtime counts it. */
export const memoryUsages = async (pods: readonly Pod[], sources: UsageSources): Promise<readonly PodUsage[]> => {
  const stats = await sources.runtime.stats()
  const bytes = new Map(E.isRight(stats) ? stats.right.map(each => [each.containerId, each.workingSetBytes]) : [])
  return pods.map(pod => {
    const containers = new Map<string, Record<Resource, number>>()
    for (const { id, name } of sources.containers(pod.metadata?.uid ?? '')) {
      const memory = (containers.get(name)?.memory ?? 0) + (bytes.get(id) ?? 0)
      containers.set(name, { memory, 'ephemeral-storage': 0, inodes: 0 })
    }
    const memory = [...containers.values()].reduce((total, each) => total + each.memory, 0)
    return { pod, containers, total: { memory, 'ephemeral-storage': 0, inodes: 0 } }
  })
}

/**
 * Where each running container's own changes to its root are, by its id: the upper directory of the overlay that its runtime has
 * mounted for it. A runtime's own figures are seconds old, in which a disk fills.
 */
export const writableLayers = async (): Promise<ReadonlyMap<string, string>> => {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n')
  return new Map(
    lines.flatMap((line): readonly (readonly [string, string])[] => {
      const id = /\/([0-9a-f]{64})\/rootfs /.exec(line)?.[1]
      const [, overlay = ''] = line.split(' - overlay ')
      const upper = /[ ,]upperdir=([^, ]+)/.exec(overlay)?.[1]
      return id === undefined || upper === undefined ? [] : [[id, upper]]
    }),
  )
}
