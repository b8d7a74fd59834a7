import type { Container } from '@periplus/kinds'
import { containersOf } from '../plan/containers.ts'
import { wholeValue } from '../resources/quantity.ts'
import type { Crossing } from './judge.ts'
import type { PodUsage } from './rank.ts'
import { resourceOf } from './signals.ts'
import type { Resource } from './signals.ts'

/** Why a pod is evicted, in the kubelet's words. */
export const evictionMessage = (crossing: Crossing, { pod, containers }: PodUsage): string => {
  const resource = resourceOf(crossing.signal)
  const quantity = quantityText(resource)
  const culprits = containersOf(pod).flatMap(container => {
    const used = containers.get(container.name)?.[resource] ?? 0
    const request = requestOf(container, resource)
    return used > request
      ? `Container ${container.name} was using ${quantity(used)}, request is ${request === 0 ? '0' : quantity(request)}, has larger consumption of ${resource}. `
      : []
  })
  return [
    `The node was low on resource: ${resource}. `,
    `Threshold quantity: ${quantity(crossing.quantity)}, available: ${quantity(crossing.available)}. `,
    ...culprits,
  ].join('')
}

const requestOf = ({ resources }: Container, resource: Resource): number =>
  wholeValue(resources?.requests?.[resource] ?? resources?.limits?.[resource])

const quantityText =
  (resource: Resource) =>
  (amount: number): string =>
    resource === 'inodes' ? String(Math.floor(amount)) : `${Math.floor(amount / 1024)}Ki`
