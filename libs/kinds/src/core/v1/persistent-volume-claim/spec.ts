import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { LabelSelector } from '../../../apimachinery/meta/v1/label-selector.ts'
import { TypedLocalObjectReference, TypedObjectReference } from '../references.ts'
import { VolumeResourceRequirements } from '../resources.ts'

const { list, map, optional, quantity, required, string, struct, time } = schema
const pkg = 'io.k8s.api.core.v1'

export const ModifyVolumeStatus = struct(`${pkg}.ModifyVolumeStatus`, {
  status: required(2, string),
  targetVolumeAttributesClassName: optional(1, string),
})
export interface ModifyVolumeStatus extends TypeOf<typeof ModifyVolumeStatus> {}

export const PersistentVolumeClaimCondition = struct(`${pkg}.PersistentVolumeClaimCondition`, {
  lastProbeTime: optional(3, time),
  lastTransitionTime: optional(4, time),
  message: optional(6, string),
  reason: optional(5, string),
  status: required(2, string),
  type: required(1, string),
})
export interface PersistentVolumeClaimCondition extends TypeOf<typeof PersistentVolumeClaimCondition> {}

export const PersistentVolumeClaimSpec = struct(
  `${pkg}.PersistentVolumeClaimSpec`,
  {
    accessModes: optional(1, list(string), { listType: 'atomic', doc: 'How it will be mounted.' }),
    dataSource: optional(7, TypedLocalObjectReference),
    dataSourceRef: optional(8, TypedObjectReference),
    resources: optional(2, VolumeResourceRequirements, { default: {}, doc: 'How much room.' }),
    selector: optional(4, LabelSelector),
    storageClassName: optional(5, string, { doc: 'Class of storage.' }),
    volumeAttributesClassName: optional(9, string),
    volumeMode: optional(6, string, { default: 'Filesystem', doc: 'Filesystem or Block.' }),
    volumeName: optional(3, string, { doc: 'The volume that it has.' }),
  },
  { doc: 'What storage is asked for.' },
)
export interface PersistentVolumeClaimSpec extends TypeOf<typeof PersistentVolumeClaimSpec> {}

export const PersistentVolumeClaimStatus = struct(`${pkg}.PersistentVolumeClaimStatus`, {
  accessModes: optional(2, list(string), { listType: 'atomic' }),
  allocatedResourceStatuses: optional(7, map(string), { mapType: 'granular' }),
  allocatedResources: optional(5, map(quantity)),
  capacity: optional(3, map(quantity)),
  conditions: optional(4, list(PersistentVolumeClaimCondition), {
    listType: 'map',
    keys: ['type'],
    mergeKey: 'type',
    patch: 'merge',
  }),
  currentVolumeAttributesClassName: optional(8, string),
  modifyVolumeStatus: optional(9, ModifyVolumeStatus),
  phase: optional(1, string),
})
export interface PersistentVolumeClaimStatus extends TypeOf<typeof PersistentVolumeClaimStatus> {}
