import { readFile } from 'node:fs/promises'
import { totalmem, uptime } from 'node:os'
import { join } from 'node:path'
import type { Pod } from '@periplus/kinds'
import type { ContainerState } from '@periplus/runtime'
import { writableLayers } from '../eviction/usage.ts'
import type { Sample } from '../metrics/sample.ts'
import type { NodeContext } from '../pods/context.ts'
import { cgroupParent } from '../resources/cgroups.ts'
import { fileSystemAt, useBelow } from './file-system.ts'
import type { FileSystemUse } from './file-system.ts'
import { networkSeenBy, processIn } from './network.ts'
import type { ContainerFiles, NodeUse, PodUse } from './summary.ts'

export interface MeasureOptions {
  readonly node: NodeContext
  readonly rootDirectory: string
  readonly imageDirectory: string
  readonly pods: () => readonly Pod[]
}

/** What is there while nothing can be measured. */
const nothing: FileSystemUse = {
  availableBytes: 0,
  capacityBytes: 0,
  usedBytes: 0,
  inodes: 0,
  inodesFree: 0,
  inodesUsed: 0,
}

/** Measures a node, its pods and their files, now; the two samples were taken before. */
export const measure = async (
  { node, rootDirectory, imageDirectory, pods }: MeasureOptions,
  [before, after]: readonly [Sample, Sample],
): Promise<NodeUse> => {
  const fs = (await fileSystemAt(rootDirectory)) ?? nothing
  const imageFs = (await fileSystemAt(imageDirectory)) ?? nothing
  const layers = await writableLayers()
  const measured: PodUse[] = []
  for (const pod of pods()) measured.push(await podUse(node, pod, { fs, imageFs, layers }))
  const load = (await textOf('/proc/loadavg')).split(/[ /]/)
  return {
    nodeName: node.settings.nodeName,
    bootedAt: node.clock.now() - uptime() * 1000,
    before,
    after,
    memoryTotalBytes: totalmem(),
    network: (await networkSeenBy('self')) ?? { interfaces: [] },
    fs,
    imageFs,
    processes: { most: Number(await textOf('/proc/sys/kernel/pid_max')), current: Number(load[4] ?? 0) },
    pods: measured,
  }
}

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

interface Around {
  readonly fs: FileSystemUse
  readonly imageFs: FileSystemUse
  readonly layers: ReadonlyMap<string, string>
}

const podUse = async (node: NodeContext, pod: Pod, around: Around): Promise<PodUse> => {
  const { containers } = node.view.pod(pod.metadata?.uid ?? '')
  const running = containers.filter(({ state }) => state === 'running')
  const files = new Map<string, ContainerFiles>()
  for (const each of running) files.set(each.name, await filesOf(node, pod, each, around))
  const network = running.length === 0 || pod.spec?.hostNetwork ? undefined : await networkOfPod(node, pod)
  return {
    pod,
    containers,
    files,
    volumes: running.length === 0 ? [] : await node.disk.volumeUses(pod, around.fs),
    ...(network ? { network } : {}),
  }
}

const filesOf = async (node: NodeContext, pod: Pod, { id, name }: ContainerState, around: Around) => {
  const layer = around.layers.get(id)
  return {
    rootfs: await useBelow(around.imageFs, layer === undefined ? [] : [layer]),
    logs: await useBelow(around.fs, [join(node.disk.logDirectory(pod), name)]),
  }
}

/** By one of its processes; plain processes have the machine's. */
const networkOfPod = async ({ settings, runtime }: NodeContext, pod: Pod) => {
  if (runtime.name !== 'containerd') return undefined
  const process = await processIn(cgroupParent(settings.cgroupRoot, pod), settings.features.cgroup2)
  return process === undefined ? undefined : networkSeenBy(process)
}
