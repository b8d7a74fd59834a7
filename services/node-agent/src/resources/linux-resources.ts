import type { Container, Pod } from '@periplus/kinds'
import type { LinuxResources } from '@periplus/runtime'
import { qosClassOf } from '../status/qos-class.ts'
import { milliValue, wholeValue } from './quantity.ts'

const sharesPerCpu = 1024
const fewestShares = 2
const mostShares = 262_144
const period = 100_000
const smallestQuota = 1000

/** A container's requests and limits as cgroups take them, with the kubelet's arithmetic. */
export const linuxResources = (pod: Pod, container: Container, nodeMemoryBytes: number): LinuxResources => {
  const { limits, requests } = container.resources ?? {}
  const cpuLimit = milliValue(limits?.cpu)
  const cpuRequest = requests?.cpu === undefined ? cpuLimit : milliValue(requests.cpu)
  return {
    cpuShares:
      cpuRequest === 0
        ? fewestShares
        : Math.min(mostShares, Math.max(fewestShares, Math.floor((cpuRequest * sharesPerCpu) / 1000))),
    cpuQuota: cpuLimit === 0 ? 0 : Math.max(smallestQuota, Math.floor((cpuLimit * period) / 1000)),
    cpuPeriod: period,
    memoryLimitBytes: wholeValue(limits?.memory),
    oomScoreAdj: oomScoreAdjustment(pod, container, nodeMemoryBytes),
  }
}

/** Guaranteed pods go last (-997), best-effort ones first (1000), the others by how little of the node they asked for. */
const oomScoreAdjustment = (pod: Pod, container: Container, nodeMemoryBytes: number): number => {
  if ((pod.spec?.priority ?? 0) >= systemCritical) return -997
  switch (qosClassOf(pod)) {
    case 'Guaranteed':
      return -997
    case 'BestEffort':
      return 1000
    case 'Burstable': {
      const request = wholeValue(container.resources?.requests?.memory)
      const score = 1000 - Math.floor((1000 * request) / nodeMemoryBytes)
      return score < 3 ? 3 : Math.min(score, 999)
    }
  }
}

const systemCritical = 2_000_000_000
