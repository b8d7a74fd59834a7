import type { Container, ResourceFieldSelector } from '@periplus/kinds'
import { dividedBy } from '../resources/quantity.ts'

/** What the node could give at most: stands in for a limit that a container does not have. */
export type NodeAllocatable = {
  readonly cpu: string
  readonly memory: string
  readonly 'ephemeral-storage': string
}

/** A container's request or limit in units of the divisor, rounded up; `undefined` for a resource that it cannot name. */
export const resourceField = (
  container: Container,
  selector: ResourceFieldSelector,
  allocatable: NodeAllocatable,
): string | undefined => {
  const [which, ...rest] = selector.resource.split('.')
  const name = rest.join('.')
  if ((which !== 'limits' && which !== 'requests') || !name) return undefined
  const { limits, requests } = container.resources ?? {}
  const onNode = isAllocatable(name) ? allocatable[name] : undefined
  const value = which === 'limits' ? (limits?.[name] ?? onNode) : (requests?.[name] ?? limits?.[name] ?? '0')
  if (value === undefined) return undefined
  return String(dividedBy(value, selector.divisor))
}

const isAllocatable = (name: string): name is keyof NodeAllocatable =>
  name === 'cpu' || name === 'memory' || name === 'ephemeral-storage'
