import { compareQuantities, quantityOf } from '@periplus/api'
import type { ResourceRequirements } from '../resources.ts'
import type { Pod } from './schema.ts'

/** How a pod is ranked when a node runs short, by what it asks for. */
export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort'

/** The resources that decide about the class. */
const compute = ['cpu', 'memory'] as const

const isSet = (amounts: Readonly<Record<string, string>> | undefined, resource: string): boolean =>
  amounts?.[resource] !== undefined && quantityOf(amounts[resource]).nanos > 0n

/** Both limited, and nothing less asked for. */
const isGuaranteed = ({ requests, limits }: ResourceRequirements): boolean =>
  compute.every(
    resource =>
      isSet(limits, resource) &&
      (requests?.[resource] === undefined ||
        compareQuantities(quantityOf(requests[resource]), quantityOf(limits?.[resource])) === 0),
  )

const isBestEffort = ({ requests, limits }: ResourceRequirements): boolean =>
  compute.every(resource => !isSet(requests, resource) && !isSet(limits, resource))

/** The class by which the kernel and evictions treat the pod, from requests and limits of all its containers. */
export const podQosClass = ({ spec }: Pod): QosClass => {
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]
  const all = spec?.resources ? [spec.resources] : containers.map(({ resources }) => resources ?? {})
  if (all.every(isBestEffort)) return 'BestEffort'
  return all.every(isGuaranteed) ? 'Guaranteed' : 'Burstable'
}
