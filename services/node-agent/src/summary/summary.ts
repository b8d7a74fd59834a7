import { formatTime } from '@periplus/api'
import type { Pod } from '@periplus/kinds'
import type { ContainerState } from '@periplus/runtime'
import { nanoCores } from '../metrics/sample.ts'
import type { Sample, Use } from '../metrics/sample.ts'
import type { FileSystemUse } from './file-system.ts'
import type { NetworkUse } from './network.ts'

/** What was measured of a container's files. */
export interface ContainerFiles {
  readonly rootfs: FileSystemUse
  readonly logs: FileSystemUse
}

/** What was measured of one of a pod's volumes. */
export interface VolumeUse {
  readonly name: string
  readonly claim?: { readonly name: string; readonly namespace: string }
  readonly use: FileSystemUse
  /** It goes with the pod, and is on the node's own disk. */
  readonly ephemeral: boolean
}

/** What was measured of a pod. */
export interface PodUse {
  readonly pod: Pod
  readonly containers: readonly ContainerState[]
  /** By container's name. */
  readonly files: ReadonlyMap<string, ContainerFiles>
  readonly volumes: readonly VolumeUse[]
  /** Absent: it has no network of its own. */
  readonly network?: NetworkUse
}

/** What was measured of a node: its uses at two moments, the rest at the second. */
export interface NodeUse {
  readonly nodeName: string
  readonly bootedAt: number
  readonly before: Sample
  readonly after: Sample
  readonly memoryTotalBytes: number
  readonly network: NetworkUse
  readonly fs: FileSystemUse
  readonly imageFs: FileSystemUse
  readonly processes: { readonly most: number; readonly current: number }
  readonly pods: readonly PodUse[]
}

/** The kubelet's Summary API (`stats.kubelet` v1alpha1); what is not measured here is left out. `onlyBusy`: processors and memory alone. */
export const summaryOf = (use: NodeUse, onlyBusy = false): object => {
  const { before, after } = use
  const time = formatTime(after.at)
  const busy = (was: Use | undefined, is: Use | undefined) => busyOf(was, is, after.at - before.at, time)
  return {
    node: {
      nodeName: use.nodeName,
      startTime: formatTime(use.bootedAt),
      ...nodeBusy(busy(before.machine, after.machine), use.memoryTotalBytes),
      ...(onlyBusy
        ? {}
        : {
            network: { time, ...use.network },
            fs: { time, ...use.fs },
            runtime: { imageFs: { time, ...use.imageFs } },
            rlimit: { time, maxpid: use.processes.most, curproc: use.processes.current },
          }),
    },
    pods: use.pods.flatMap(pod => podSummary(pod, use, onlyBusy, busy) ?? []),
  }
}

type Busy = (was: Use | undefined, is: Use | undefined) => ReturnType<typeof busyOf>

const podSummary = (
  { pod, containers, files, volumes, network }: PodUse,
  { before, after, fs }: NodeUse,
  onlyBusy: boolean,
  busy: Busy,
): object | undefined => {
  const running = containers.filter(({ state }) => state === 'running')
  if (running.length === 0) return undefined
  const time = formatTime(after.at)
  const { name, namespace, uid } = pod.metadata ?? {}
  const of = ({ capacityBytes, availableBytes, inodes, inodesFree }: FileSystemUse) => ({
    capacityBytes,
    availableBytes,
    inodes,
    inodesFree,
  })
  const kept = [
    ...[...files.values()].flatMap(({ rootfs, logs }) => [rootfs, logs]),
    ...volumes.filter(({ ephemeral }) => ephemeral).map(({ use }) => use),
  ]
  return {
    podRef: { name, namespace, uid },
    startTime: pod.status?.startTime,
    containers: running.map(container => {
      const own = files.get(container.name)
      return {
        name: container.name,
        startTime: formatTime(container.startedAt),
        ...busy(before.containers.get(container.id), after.containers.get(container.id)),
        ...(onlyBusy || !own ? {} : { rootfs: { time, ...own.rootfs }, logs: { time, ...own.logs } }),
      }
    }),
    ...busy(
      together(running.map(({ id }) => before.containers.get(id))),
      together(running.map(({ id }) => after.containers.get(id))),
    ),
    ...(onlyBusy
      ? {}
      : {
          ...(network ? { network: { time, ...network } } : {}),
          volume: volumes.map(volume => ({
            time,
            ...volume.use,
            name: volume.name,
            ...(volume.claim ? { pvcRef: volume.claim } : {}),
          })),
          'ephemeral-storage': {
            time,
            ...of(fs),
            usedBytes: kept.reduce((sum, { usedBytes }) => sum + usedBytes, 0),
            inodesUsed: kept.reduce((sum, { inodesUsed }) => sum + inodesUsed, 0),
          },
        }),
  }
}

const together = (uses: readonly (Use | undefined)[]): Use | undefined => {
  const known = uses.flatMap(use => use ?? [])
  // One that is not known yet would look as if all of it had just been used.
  if (known.length === 0 || known.length < uses.length) return undefined
  return {
    cpuNanoseconds: known.reduce((sum, { cpuNanoseconds }) => sum + cpuNanoseconds, 0),
    memoryBytes: known.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
  }
}

const busyOf = (was: Use | undefined, is: Use | undefined, milliseconds: number, time: string) => {
  if (!is) return {}
  const usageNanoCores = nanoCores(was, is, milliseconds)
  return {
    cpu: {
      time,
      ...(usageNanoCores === undefined ? {} : { usageNanoCores }),
      usageCoreNanoSeconds: Math.round(is.cpuNanoseconds),
    },
    memory: { time, workingSetBytes: Math.round(is.memoryBytes) },
  }
}

const nodeBusy = (busy: ReturnType<typeof busyOf>, total: number) =>
  busy.memory === undefined
    ? busy
    : { ...busy, memory: { ...busy.memory, availableBytes: Math.max(0, total - busy.memory.workingSetBytes) } }
