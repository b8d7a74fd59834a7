import type { Container, Pod } from '@periplus/kinds'
import type { LinuxResources } from '@periplus/runtime'
import type { MachineFeatures } from '../node/features.ts'
import type { NodeSettings } from '../settings.ts'
import { oomScoreAdjustment } from './oom-score.ts'
import { podLimits } from './pod-limits.ts'
import { podRequests, read } from './pod-requests.ts'
import { milliValue, wholeValue } from './quantity.ts'

const sharesPerCpu = 1024
const fewestShares = 2
const mostShares = 262_144
const period = 100_000
const smallestQuota = 1000

type Machine = Pick<NodeSettings, 'features' | 'capacity' | 'singleProcessOomKill'>

/** A container's requests and limits as cgroups take them, with the kubelet's arithmetic; where it has no limit, the pod's. */
export const linuxResources = (pod: Pod, container: Container, machine: Machine): LinuxResources => {
  const { limits, requests } = container.resources ?? {}
  const shared = pod.spec?.resources?.limits
  const cpuLimit = milliValue(limits?.cpu) || milliValue(shared?.cpu)
  const memoryLimit = wholeValue(limits?.memory) || wholeValue(shared?.memory)
  return {
    ...figures(requests?.cpu === undefined ? cpuLimit : milliValue(requests.cpu), cpuLimit, memoryLimit, machine),
    oomScoreAdj: oomScoreAdjustment(pod, container, wholeValue(machine.capacity.memory)),
    hugePageLimits: hugePageLimits({ ...shared, ...limits }, machine.features),
  }
}

/** What the pod's containers may use together, and what its sandbox costs beside them. */
export const sandboxResources = (
  pod: Pod,
  machine: Machine,
): { readonly resources: LinuxResources; readonly overhead: LinuxResources } => {
  const { overhead: _overhead, ...spec } = pod.spec ?? { containers: [] }
  const limits = podLimits({ ...pod, spec })
  const plain = (cpuRequest: number, cpuLimit: number, memoryLimit: number): LinuxResources => ({
    ...figures(cpuRequest, cpuLimit, memoryLimit, machine),
    oomScoreAdj: 0,
    hugePageLimits: [],
  })
  const overhead = read(pod.spec?.overhead)
  return {
    resources: plain(podRequests({ ...pod, spec }).cpu, limits.cpu, limits.memory),
    overhead: plain(overhead.cpu, overhead.cpu, overhead.memory),
  }
}

type Figures = Omit<LinuxResources, 'oomScoreAdj' | 'hugePageLimits'>

const figures = (
  cpuRequest: number,
  cpuLimit: number,
  memoryLimitBytes: number,
  { features, singleProcessOomKill }: Machine,
): Figures => ({
  ...cgroupFigures(cpuRequest, cpuLimit),
  memoryLimitBytes,
  // Version 1 limits memory and swap as one figure: the same again leaves no swap.
  memorySwapLimitBytes: features.swapLimit && !features.cgroup2 ? memoryLimitBytes : 0,
  unified: {
    // What is left of a container whose main process was killed for its memory is of no use to anybody.
    ...(features.cgroup2 && !singleProcessOomKill ? { 'memory.oom.group': '1' } : {}),
    ...(features.cgroup2 && features.swapLimit ? { 'memory.swap.max': '0' } : {}),
  },
})

/** Thousandths of processors as the kernel counts them. */
export const cgroupFigures = (
  cpuRequest: number,
  cpuLimit: number,
): Pick<LinuxResources, 'cpuShares' | 'cpuQuota' | 'cpuPeriod'> => ({
  cpuShares: Math.min(mostShares, Math.max(fewestShares, Math.floor((cpuRequest * sharesPerCpu) / 1000))),
  cpuQuota: cpuLimit === 0 ? 0 : Math.max(smallestQuota, Math.floor((cpuLimit * period) / 1000)),
  cpuPeriod: period,
})

const hugePageLimits = (
  limits: Readonly<Record<string, string>>,
  { hugePageSizes }: MachineFeatures,
): LinuxResources['hugePageLimits'] => {
  const wanted = new Map(
    Object.entries(limits).flatMap(([name, amount]) =>
      name.startsWith('hugepages-') ? [[wholeValue(name.slice('hugepages-'.length)), wholeValue(amount)]] : [],
    ),
  )
  return hugePageSizes.map(pageSize => ({ pageSize, limit: wanted.get(bytesOf(pageSize)) ?? 0 }))
}

/** `2MB` here means 2 MiB. */
const bytesOf = (pageSize: string): number =>
  wholeValue(pageSize.replace('KB', 'Ki').replace('MB', 'Mi').replace('GB', 'Gi'))
