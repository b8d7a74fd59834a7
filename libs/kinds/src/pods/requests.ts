import { addQuantities, compareQuantities, quantityOf } from '@periplus/api'
import type { Quantity } from '@periplus/api'
import type { Pod } from '../core/v1/pod/schema.ts'
import type { PodSpec } from '../core/v1/pod/spec.ts'
import type { ResourceRequirements } from '../core/v1/resources.ts'
import { podTotal } from './pod-total.ts'
import type { Amounting } from './pod-total.ts'

/** Amounts by resource name, such as `cpu` and `memory`. */
export type Amounts = Readonly<Record<string, Quantity>>

type Which = 'requests' | 'limits'

const amountsOf = (resources: ResourceRequirements | undefined, which: Which): Amounts =>
  Object.fromEntries(Object.entries(resources?.[which] ?? {}).map(([name, text]) => [name, quantityOf(text)]))

const combined = (a: Amounts, b: Amounts, combine: (a: Quantity, b: Quantity) => Quantity): Amounts => {
  const result = new Map(Object.entries(a))
  for (const [name, amount] of Object.entries(b)) {
    const before = result.get(name)
    result.set(name, before === undefined ? amount : combine(before, amount))
  }
  return Object.fromEntries(result)
}

const sum = (a: Amounts, b: Amounts): Amounts => combined(a, b, addQuantities)
const larger = (a: Amounts, b: Amounts): Amounts => combined(a, b, (x, y) => (compareQuantities(x, y) >= 0 ? x : y))

const quantities: Amounting<Amounts> = { none: {}, plus: sum, most: larger }

const needed = (spec: PodSpec | undefined, which: Which): Amounts =>
  podTotal(spec, quantities, ({ resources }) => amountsOf(resources, which))

/** What the containers of a pod ask for together. */
export const containerRequests = (spec: PodSpec): Amounts => needed(spec, 'requests')

/** What the containers of a pod may have together; a resource that none is limited in is absent. */
export const containerLimits = (spec: PodSpec): Amounts => needed(spec, 'limits')

const withPodLevel = (pod: Pod, which: Which): Amounts => ({
  ...needed(pod.spec, which),
  ...amountsOf(pod.spec?.resources, which),
})

/** What a node must have free for the pod: its containers', or what the pod as a whole asks for, and its overhead. */
export const podRequests = (pod: Pod): Amounts =>
  sum(withPodLevel(pod, 'requests'), amountsOf({ requests: pod.spec?.overhead ?? {} }, 'requests'))

/** The most that the pod may use, by resource; a resource that no container limits is absent. Overhead counts. */
export const podLimits = (pod: Pod): Amounts => {
  const limits = withPodLevel(pod, 'limits')
  const overhead = amountsOf({ limits: pod.spec?.overhead ?? {} }, 'limits')
  return sum(limits, Object.fromEntries(Object.entries(overhead).filter(([name]) => limits[name] !== undefined)))
}
