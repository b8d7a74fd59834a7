import type { Stored } from '@periplus/api'
import type { Service } from '@periplus/kinds'
import { isHeadless } from '../services/selected-pods.ts'

/** The service that a slice is of. */
export const serviceName = 'kubernetes.io/service-name'
/** Who looks after a slice. */
export const managedBy = 'endpointslice.kubernetes.io/managed-by'
/** The service has no address of its own. */
export const headless = 'service.kubernetes.io/headless'

export const sliceManager = 'endpointslice-controller.k8s.io'

/** The labels of a service's slices: its own, but for those by which slices are found. */
export const labelsOf = (service: Stored<Service>): Readonly<Record<string, string>> => {
  const { [serviceName]: _, [managedBy]: __, [headless]: ___, ...own } = service.metadata.labels ?? {}
  return {
    ...own,
    ...(isHeadless(service) ? { [headless]: '' } : {}),
    [serviceName]: service.metadata.name,
    [managedBy]: sliceManager,
  }
}
