import type { Kind } from '@periplus/api'
import type { Pod } from './schema.ts'

/** What pods can be selected by besides name and namespace. */
export const podSelectableFields: Kind<Pod>['selectableFields'] = {
  'spec.nodeName': ({ spec }) => spec?.nodeName ?? '',
  'spec.restartPolicy': ({ spec }) => spec?.restartPolicy ?? '',
  'spec.schedulerName': ({ spec }) => spec?.schedulerName ?? '',
  'spec.serviceAccountName': ({ spec }) => spec?.serviceAccountName ?? '',
  'spec.hostNetwork': ({ spec }) => String(spec?.hostNetwork ?? false),
  'status.phase': ({ status }) => status?.phase ?? '',
  'status.podIP': ({ status }) => status?.podIPs?.[0]?.ip ?? status?.podIP ?? '',
  'status.podIPs': ({ status }) => status?.podIPs?.[0]?.ip ?? '',
  'status.nominatedNodeName': ({ status }) => status?.nominatedNodeName ?? '',
}
