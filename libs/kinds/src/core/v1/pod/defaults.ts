import type { Container } from '../container.ts'
import type { ResourceRequirements } from '../resources.ts'
import { podQosClass } from './qos.ts'
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

const ofPods = (spec: PodSpec): PodSpec => {
  const complete = podSpecDefaults(spec)
  const container = containerDefaults(spec.hostNetwork ?? false)
  return {
    ...complete,
    enableServiceLinks: spec.enableServiceLinks ?? true,
    containers: complete.containers.map(container),
    ...(complete.initContainers && { initContainers: complete.initContainers.map(container) }),
    ...(complete.resources && { resources: requestsFromLimits(complete.resources) }),
  }
}

/** Defaults that depend on other fields. Templates don't have all of them: they stay as they were written. */
export const podDefaults = (pod: Pod): Pod => {
  if (!pod.spec) return pod
  const next = { ...pod, spec: ofPods(pod.spec) }
  return { ...next, status: { ...next.status, qosClass: podQosClass(next) } }
}
