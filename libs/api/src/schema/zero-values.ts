import { isRecord } from '../json/json-value.ts'
import { shapeOf, shortName } from './shape.ts'
import type { AnyField, StructShape } from './shape.ts'

/**
 * Go writes `omitempty` fields that hold a zero value as if they were absent, unless the field is a pointer: then an explicit
 * zero means something. OpenAPI doesn't tell pointers apart, so this page does. Where it is silent, text, lists and maps that are
 * empty count as absent, while numbers and booleans are kept as they were written.
 */

/** Pointers to text (or, in discovery, to a name) where `''` is not absence. */
const keptEmptyText = new Set([
  'PersistentVolumeClaimSpec.storageClassName',
  'PersistentVolumeClaimSpec.volumeAttributesClassName',
  'PersistentVolumeSpec.volumeAttributesClassName',
  'CSIStorageCapacity.storageClassName',
  'Endpoint.hostname',
  'Endpoint.nodeName',
  'Endpoint.zone',
  'EndpointPort.name',
  'EndpointPort.appProtocol',
  'LeaseSpec.holderIdentity',
  'LeaseSpec.preferredHolder',
  'TypedLocalObjectReference.apiGroup',
  'TypedObjectReference.apiGroup',
  'TypedObjectReference.namespace',
  'ParametersReference.namespace',
  'IngressClassParametersReference.namespace',
  'IngressClassParametersReference.apiGroup',
  'IngressSpec.ingressClassName',
  'PodSpec.runtimeClassName',
  'ServiceSpec.loadBalancerClass',
  'ServicePort.appProtocol',
  'Preconditions.uid',
  'Preconditions.resourceVersion',
  'DeleteOptions.propagationPolicy',
])

/** Numbers and booleans that are no pointers, whatever type they stand in. */
const plainEverywhere = new Set([
  'chapAuthDiscovery',
  'chapAuthSession',
  'deprecated',
  'exclusiveMaximum',
  'exclusiveMinimum',
  'generation',
  'globalDefault',
  'healthCheckNodePort',
  'hostIPC',
  'hostNetwork',
  'hostPID',
  'hostPort',
  'initialDelaySeconds',
  'insecureSkipTLSVerify',
  'minReadySeconds',
  'nodePort',
  'nullable',
  'observedGeneration',
  'paused',
  'periodSeconds',
  'failureThreshold',
  'successThreshold',
  'preserveUnknownFields',
  'publishNotReadyAddresses',
  'readOnly',
  'sizeBytes',
  'sslEnabled',
  'stdin',
  'stdinOnce',
  'tty',
  'uniqueItems',
  'unschedulable',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
])

const plainIn = new Set([
  'AWSElasticBlockStoreVolumeSource.partition',
  'ContainerStateTerminated.signal',
  'CustomResourceColumnDefinition.priority',
  'DeploymentStatus.availableReplicas',
  'DeploymentStatus.readyReplicas',
  'DeploymentStatus.replicas',
  'DeploymentStatus.unavailableReplicas',
  'DeploymentStatus.updatedReplicas',
  'DaemonSetStatus.numberAvailable',
  'DaemonSetStatus.numberUnavailable',
  'DaemonSetStatus.updatedNumberScheduled',
  'DeviceRequest.count',
  'DeviceSubRequest.count',
  'Event.count',
  'Event.deprecatedCount',
  'EventSeries.count',
  'ExactDeviceRequest.count',
  'GCEPersistentDiskVolumeSource.partition',
  'HorizontalPodAutoscalerStatus.currentReplicas',
  'JobStatus.active',
  'JobStatus.failed',
  'JobStatus.succeeded',
  'Probe.timeoutSeconds',
  'ReplicaSetStatus.availableReplicas',
  'ReplicaSetStatus.fullyLabeledReplicas',
  'ReplicaSetStatus.readyReplicas',
  'ReplicationControllerStatus.availableReplicas',
  'ReplicationControllerStatus.fullyLabeledReplicas',
  'ReplicationControllerStatus.readyReplicas',
  'ResourcePolicyRule.clusterScope',
  'ServiceBackendPort.number',
  'StatefulSetStatus.currentReplicas',
  'StatefulSetStatus.readyReplicas',
  'StatefulSetStatus.updatedReplicas',
  'Status.code',
  'StatusDetails.retryAfterSeconds',
  'SubjectAccessReviewStatus.denied',
  'TokenReviewStatus.authenticated',
])

/** Pointers among them: in one type a field of such a name is a pointer after all. */
const pointers = new Set([
  'AzureDiskVolumeSource.readOnly',
  'CSIVolumeSource.readOnly',
  'HorizontalPodAutoscalerStatus.observedGeneration',
])

const never = (): boolean => false
const emptyText = (value: unknown): boolean => value === ''
const emptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0
const zero = (value: unknown): boolean => value === 0 || value === false
const emptyMap = (value: unknown): boolean => isRecord(value) && Object.keys(value).length === 0

/** Whether a value of this optional field is the same as none. Custom resources keep everything. */
export const countsAsAbsent = (struct: StructShape, name: string, field: AnyField): ((value: unknown) => boolean) => {
  if (field.required || !struct.name.startsWith('io.k8s.')) return never
  const shape = shapeOf(field.schema)
  const full = `${shortName(struct)}.${name}`
  if (shape.tag === 'list') return emptyList
  if (shape.tag === 'map') return emptyMap
  if (shape.tag !== 'scalar') return never
  if (shape.scalar === 'string' || shape.scalar === 'bytes') return keptEmptyText.has(full) ? never : emptyText
  if (shape.scalar === 'boolean' || shape.scalar === 'int32' || shape.scalar === 'int64')
    return (plainEverywhere.has(name) && !pointers.has(full)) || plainIn.has(full) ? zero : never
  return never
}
