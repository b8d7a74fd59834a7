import type { Stored } from '@periplus/api'
import { Pod, isPodTerminated } from '@periplus/kinds'
import type { Service, ServicePort } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** What a service selects pods by; `undefined` where its endpoints are for others to say, or it has none. */
export const selectorOf = ({ spec }: Service): Readonly<Record<string, string>> | undefined =>
  spec?.type === 'ExternalName' || Object.keys(spec?.selector ?? {}).length === 0 ? undefined : spec?.selector

/** The pods that a service selects and that have an address, by name; those that have ended answer nobody any more. */
export const selectedPods = (cut: Cut, service: Stored<Service>): readonly Stored<Pod>[] => {
  const selector = selectorOf(service)
  if (!selector) return []
  return cut
    .labelled(Pod, service.metadata.namespace ?? '', selector)
    .filter(pod => !isPodTerminated(pod) && addressesOf(pod).length > 0)
}

export const addressesOf = ({ status }: Pod): readonly string[] =>
  status?.podIPs?.map(({ ip }) => ip) ?? (status?.podIP ? [status.podIP] : [])

/** The port of this pod that a port of a service leads to; `undefined` where the pod has none of that name. */
export const targetPortOf = (
  { spec }: Pod,
  { targetPort, port, protocol = 'TCP' }: ServicePort,
): number | undefined => {
  if (targetPort === undefined || targetPort === 0 || targetPort === '') return port
  if (typeof targetPort === 'number') return targetPort
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')
  return [...(spec?.containers ?? []), ...sidecars]
    .flatMap(({ ports }) => ports ?? [])
    .find(one => one.name === targetPort && (one.protocol ?? 'TCP') === protocol)?.containerPort
}

/** The name that the pod has below the service's, where it has one. */
export const hostnameOf = (pod: Pod, service: Stored<Service>): string | undefined =>
  pod.spec?.hostname && pod.spec.subdomain === service.metadata.name ? pod.spec.hostname : undefined

/** Whether the service has an address of its own. */
export const isHeadless = ({ spec }: Service): boolean => !spec?.clusterIP || spec.clusterIP === 'None'
