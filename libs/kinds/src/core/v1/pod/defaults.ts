import { formatQuantity } from '@periplus/api'
import type { Container } from '../container.ts'
import type { ResourceRequirements } from '../resources.ts'
import { isPodLevelResource } from '../validation/pod-resources.ts'
import { firstAndAll } from '../first-and-all.ts'
import { overcommits } from '../validation/resource-names.ts'
import { podQosClass } from './qos.ts'
import { containerRequests } from '../../../pods/requests.ts'
import type { Pod } from './schema.ts'
import { podSpecDefaults } from './spec-defaults.ts'
import type { PodSpec } from './spec.ts'

/** Who limits a resource and says nothing about what is asked for asks for the limit. */
const requestsFromLimits = (resources: ResourceRequirements): ResourceRequirements =>
  resources.limits ? { ...resources, requests: { ...resources.limits, ...resources.requests } } : resources

/** On the node's own network a container's ports are the node's. */
const hostPorts = (container: Container): Container =>
  container.ports
    ? { ...container, ports: container.ports.map(port => ({ ...port, hostPort: port.hostPort || port.containerPort })) }
    : container

const containerDefaults =
  (hostNetwork: boolean) =>
  (container: Container): Container => {
    const asked = container.resources?.limits
      ? { ...container, resources: requestsFromLimits(container.resources) }
      : container
    return hostNetwork ? hostPorts(asked) : asked
  }

/** What a pod as a whole leaves open it asks for as its containers do, and else as it is limited to. */
const podLevelRequests = (spec: PodSpec): PodSpec => {
  const { requests, limits } = spec.resources ?? {}
  if (!spec.resources || (isEmpty(requests) && isEmpty(limits))) return spec
  const asked = Object.entries(containerRequests(spec)).filter(
    ([name]) => isPodLevelResource(name) && overcommits(name),
  )
  const limited = Object.entries(limits ?? {}).filter(([name]) => isPodLevelResource(name))
  const filled = {
    ...Object.fromEntries(limited),
    ...Object.fromEntries(asked.map(([name, amount]) => [name, formatQuantity(amount)])),
    ...requests,
  }
  return isEmpty(filled) ? spec : { ...spec, resources: { ...spec.resources, requests: filled } }
}

const isEmpty = (amounts: object | undefined): boolean => Object.keys(amounts ?? {}).length === 0

const ofPods = (spec: PodSpec): PodSpec => {
  const complete = podSpecDefaults(spec)
  const container = containerDefaults(spec.hostNetwork ?? false)
  return podLevelRequests({
    ...complete,
    enableServiceLinks: spec.enableServiceLinks ?? true,
    containers: complete.containers.map(container),
    ...(complete.initContainers && { initContainers: complete.initContainers.map(container) }),
  })
}

/** Defaults that depend on other fields. Templates don't have all of them: they stay as they were written. */
export const podDefaults = (pod: Pod): Pod => {
  if (!pod.spec) return pod
  const next = { ...pod, spec: ofPods(pod.spec) }
  return { ...next, status: { ...withAddresses(next.status), qosClass: standingClass(pod) ?? podQosClass(next) } }
}

/** A pod's class is said when it is created, and stays. */
const standingClass = ({ metadata, status }: Pod): string | undefined =>
  metadata?.resourceVersion === undefined ? undefined : status?.qosClass

const withAddresses = (status: Pod['status']): Pod['status'] => {
  const { first, all } = firstAndAll(
    status?.podIP,
    status?.podIPs,
    ({ ip }) => ip,
    ip => ({ ip }),
  )
  if (first === status?.podIP && all === status?.podIPs) return status
  return { ...status, ...(first ? { podIP: first } : {}), ...(all ? { podIPs: all } : {}) }
}
