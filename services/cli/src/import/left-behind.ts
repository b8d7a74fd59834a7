import { controllerOf } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import type { Restorable } from '@periplus/replay'
import { isDerived } from '@periplus/replay'

/** Namespaces of a cluster's own parts, which the other cluster has of its own. */
const ofTheCluster: ReadonlySet<string> = new Set([
  ...['kube-system', 'kube-public', 'kube-node-lease', 'periplus-log-router'],
])

/** What tells of a cluster's machines, or is handed out by it. */
const ofItsMachines: ReadonlySet<string> = new Set([
  ...['/nodes', '/bindings', 'storage.k8s.io/csinodes', 'storage.k8s.io/volumeattachments'],
  ...['storage.k8s.io/csistoragecapacities', 'certificates.k8s.io/certificatesigningrequests'],
  ...['networking.k8s.io/ipaddresses', 'networking.k8s.io/servicecidrs', 'resource.k8s.io/resourceslices'],
  ...['internal.apiserver.k8s.io/storageversions', 'storagemigration.k8s.io/storageversionmigrations'],
])

/** Whether a kind's objects are a cluster's own, and never another one's. */
export const isOwnKind = (kind: Pick<Restorable, 'group' | 'resource'>): boolean =>
  isDerived(kind) || ofItsMachines.has(`${kind.group}/${kind.resource}`)

type Spec = Readonly<Record<string, unknown>> | undefined

const specOf = (object: KubernetesObject): Spec => (object as { readonly spec?: Spec }).spec

/** What each cluster makes for itself at its start. */
const isDefault = ({ group, resource, object: { metadata } }: Restorable): boolean =>
  metadata?.labels?.['kubernetes.io/bootstrapping'] === 'rbac-defaults' ||
  metadata?.annotations?.['apf.kubernetes.io/autoupdate-spec'] === 'true' ||
  (group === '' && resource === 'services' && metadata?.namespace === 'default' && metadata.name === 'kubernetes') ||
  (group === 'scheduling.k8s.io' && (metadata?.name ?? '').startsWith('system-'))

/** The uid of the Deployment whose revision this is; `undefined` of whatever else. */
export const deploymentOf = ({ group, resource, object }: Restorable): string | undefined => {
  const controller = group === 'apps' && resource === 'replicasets' ? controllerOf(object) : undefined
  return controller?.kind === 'Deployment' ? controller.uid : undefined
}

/**
 * Why an object stays where it is: in words, empty where nobody needs to be told; `undefined` where it is carried over. `chosen`: the
 * namespaces that were asked for; of none, all but the cluster's own are. Pure.
 */
export const whyStays = (one: Restorable, chosen: ReadonlySet<string>): string | undefined => {
  const { group, resource, object } = one
  const { name = '', namespace, deletionTimestamp } = object.metadata ?? {}
  const place = `${group}/${resource}`
  const home = place === '/namespaces' ? name : namespace
  if (chosen.size > 0 && home !== undefined && !chosen.has(home)) return ''
  // What custom objects of these namespaces need comes along; the rest of what is in no namespace was not asked for.
  if (chosen.size > 0 && home === undefined && group !== 'apiextensions.k8s.io') return ''
  if (chosen.size === 0 && home !== undefined && ofTheCluster.has(home)) return ''
  if (isDefault(one)) return ''
  if (deletionTimestamp !== undefined) return 'it is being deleted'
  if (place === '/persistentvolumes') return 'its data is there: claims get new, empty volumes here'
  if (place === 'apiregistration.k8s.io/apiservices' && !specOf(object)?.['service']) return ''
  if (deploymentOf(one) !== undefined) return ''
  return undefined
}

/** In this order objects find what they name; webhooks and servers of APIs come when what they speak to may run. */
export const rank = ({ group, resource, object: { metadata } }: Restorable): number => {
  const place = `${group}/${resource}`
  if (group === 'apiextensions.k8s.io') return 0
  if (place === '/namespaces') return 1
  if (group === 'admissionregistration.k8s.io' || group === 'apiregistration.k8s.io') return 5
  // Whoever binds a role has to have what it gives, which is looked up in the role.
  if (group === 'rbac.authorization.k8s.io' && resource.endsWith('bindings')) return 4
  if (metadata?.namespace === undefined) return 2
  return group === '' && resource !== 'pods' && resource !== 'replicationcontrollers' ? 3 : 4
}

/** Of one claim, that its data does not come along. */
export const isClaim = ({ group, resource }: Pick<Restorable, 'group' | 'resource'>): boolean =>
  group === '' && resource === 'persistentvolumeclaims'
