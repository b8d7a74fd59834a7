import type { Container, Pod, ResourceRequirements } from '@periplus/kinds'
import { shortage } from '../admission/admit.ts'
import type { Observed } from '../plan/observed.ts'
import { podRequests, read } from '../resources/pod-requests.ts'
import type { NodeSettings } from '../settings.ts'
import { givenTo } from './given.ts'
import type { ResizeRefusal } from './refusal.ts'

/** The node's look at a pod that asks for other resources than it was given. `others`: what the node runs besides. */
export const resizeRefusal = (
  pod: Pod,
  others: readonly Pod[],
  settings: Pick<NodeSettings, 'allocatable'>,
): ResizeRefusal | undefined => {
  const capacity = read(settings.allocatable)
  const wanted = podRequests(pod)
  const name = (['memory', 'cpu'] as const).find(each => wanted[each] > capacity[each])
  if (name)
    return {
      reason: 'Infeasible',
      message: `Node didn't have enough capacity: ${name}, requested: ${wanted[name]}, capacity: ${capacity[name]}`,
    }
  const short = shortage(pod, others, settings)
  return short && { reason: 'Deferred', message: short.message }
}

/** The pod as its node runs it: with what its containers were given, as long as the node refuses what is asked for now. */
export const allocatedPod = (pod: Pod, observed: Observed): Pod => {
  if (!observed.resize || !pod.spec) return pod
  const allocated = (containers: readonly Container[]): readonly Container[] =>
    containers.map(container => {
      const given = givenTo(pod, observed, container.name)
      return given ? { ...container, resources: withCompute(container.resources, given) } : container
    })
  const { containers, initContainers } = pod.spec
  return {
    ...pod,
    spec: {
      ...pod.spec,
      containers: allocated(containers),
      ...(initContainers && { initContainers: allocated(initContainers) }),
    },
  }
}

/** What is not cpu or memory stays: it never changes. */
export const withCompute = (
  resources: ResourceRequirements | undefined,
  given: ResourceRequirements,
): ResourceRequirements => {
  const merged = (which: 'requests' | 'limits') => {
    const { cpu: _cpu, memory: _memory, ...others } = resources?.[which] ?? {}
    const { cpu, memory } = given[which] ?? {}
    const amounts = { ...others, ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) }
    return Object.keys(amounts).length > 0 ? { [which]: amounts } : {}
  }
  return { ...merged('limits'), ...merged('requests') }
}
