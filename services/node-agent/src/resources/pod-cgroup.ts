import { podQosClass } from '@periplus/kinds'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Pod } from '@periplus/kinds'
import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { MachineFeatures } from '../node/features.ts'
import { appContainersOf, initContainersOf } from '../plan/containers.ts'
import { cgroupFigures } from './linux-resources.ts'
import { podLimits } from './pod-limits.ts'
import { podRequests, read } from './pod-requests.ts'

/** A file of the pod's cgroup, below the controller's own directory where each has one, and what is to stand in it. */
export interface CgroupFile {
  readonly controller: 'cpu' | 'memory'
  readonly name: string
  readonly value: string
}

/**
 * What a pod may use as a whole, in the cgroup that its containers share: its share of the processors, and the limits of cpu and
 * memory where the pod has them or all of its containers do.
 */
export const podCgroup = (pod: Pod, { cgroup2 }: Pick<MachineFeatures, 'cgroup2'>): readonly CgroupFile[] => {
  const limits = podLimits(pod)
  const request = podQosClass(pod) === 'BestEffort' ? 0 : podRequests(pod).cpu
  const { cpuShares, cpuQuota, cpuPeriod } = cgroupFigures(request, isBounded(pod, 'cpu') ? limits.cpu : 0)
  const memory = isBounded(pod, 'memory') ? limits.memory : 0
  if (cgroup2)
    return [
      file('cpu', 'cpu.weight', weightOf(cpuShares)),
      ...(cpuQuota > 0 ? [file('cpu', 'cpu.max', `${cpuQuota} ${cpuPeriod}`)] : []),
      ...(memory > 0 ? [file('memory', 'memory.max', memory)] : []),
    ]
  return [
    file('cpu', 'cpu.shares', cpuShares),
    ...(cpuQuota > 0 ? [file('cpu', 'cpu.cfs_period_us', cpuPeriod), file('cpu', 'cpu.cfs_quota_us', cpuQuota)] : []),
    ...(memory > 0 ? [file('memory', 'memory.limit_in_bytes', memory)] : []),
  ]
}

const file = (controller: CgroupFile['controller'], name: string, value: number | string): CgroupFile => ({
  controller,
  name,
  value: String(value),
})

/** One container without a limit leaves the pod without one, unless the pod has its own. */
const isBounded = (pod: Pod, name: 'cpu' | 'memory'): boolean =>
  read(pod.spec?.resources?.limits)[name] > 0 ||
  [...initContainersOf(pod), ...appContainersOf(pod)].every(({ resources }) => read(resources?.limits)[name] > 0)

/** Version 1 counts shares from 2 to 262144, version 2 weights from 1 to 10000. */
const weightOf = (shares: number): number => 1 + Math.floor(((shares - 2) * 9999) / 262_142)

const mount = '/sys/fs/cgroup'

/** Makes the cgroup, or finds it, and writes its figures: before there is anything in it. */
export const writePodCgroup = async (
  path: string,
  files: readonly CgroupFile[],
  { cgroup2 }: Pick<MachineFeatures, 'cgroup2'>,
): Promise<Either<string, void>> => {
  try {
    for (const controller of ['cpu', 'memory'] as const) {
      const directory = cgroup2 ? join(mount, path) : join(mount, controller, path)
      await mkdir(directory, { recursive: true })
      if (cgroup2) await delegate(path)
      for (const { name, value } of files.filter(each => each.controller === controller))
        await writeFile(join(directory, name), value)
    }
    return E.right(undefined)
  } catch (error) {
    return E.left(`failed to set the limits of cgroup ${path}: ${messageOf(error)}`)
  }
}

/** In version 2 a cgroup has a controller only where all above it hand it down. */
const delegate = async (path: string): Promise<void> => {
  const above: string[] = []
  for (let at = dirname(path); at !== '/' && at !== '.'; at = dirname(at)) above.unshift(at)
  for (const at of ['/', ...above]) await writeFile(join(mount, at, 'cgroup.subtree_control'), '+cpu +memory')
}
