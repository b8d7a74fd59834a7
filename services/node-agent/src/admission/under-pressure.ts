import { isTolerated, podQosClass } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import type { Pressure } from '../eviction/judge.ts'
import { isCritical } from './critical.ts'
import type { Rejection } from './rejection.ts'

/** A node that is short of something takes no pods that would be evicted next; critical ones always. */
export const underPressure = (pod: Pod, pressure: Pressure): Rejection | undefined => {
  const conditions = [...(pressure.memory ? ['MemoryPressure'] : []), ...(pressure.disk ? ['DiskPressure'] : [])]
  if (conditions.length === 0 || isCritical(pod)) return undefined
  if (!pressure.disk && (podQosClass(pod) !== 'BestEffort' || toleratesMemoryPressure(pod))) return undefined
  return { reason: 'Evicted', message: `The node had condition: [${conditions.join(' ')}]. ` }
}

const toleratesMemoryPressure = ({ spec }: Pod): boolean =>
  isTolerated(spec?.tolerations, { key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' })
