import { boolean, int64, list, map, optional, rawObject, required, string, struct, time } from '../schema/schema.ts'
import type { TypeOf } from '../schema/schema.ts'

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1.'

export const OwnerReference = struct(
  `${meta}OwnerReference`,
  {
    apiVersion: required(5, string),
    blockOwnerDeletion: optional(7, boolean),
    controller: optional(6, boolean),
    kind: required(1, string),
    name: required(3, string),
    uid: required(4, string),
  },
  { atomic: true },
)
export interface OwnerReference extends TypeOf<typeof OwnerReference> {}

export const ManagedFieldsEntry = struct(`${meta}ManagedFieldsEntry`, {
  apiVersion: optional(3, string),
  fieldsType: optional(6, string),
  fieldsV1: optional(7, rawObject),
  manager: optional(1, string),
  operation: optional(2, string),
  subresource: optional(8, string),
  time: optional(4, time),
})
export interface ManagedFieldsEntry extends TypeOf<typeof ManagedFieldsEntry> {}

export const ObjectMeta = struct(`${meta}ObjectMeta`, {
  annotations: optional(12, map(string)),
  creationTimestamp: optional(8, time),
  deletionGracePeriodSeconds: optional(10, int64),
  deletionTimestamp: optional(9, time),
  finalizers: optional(14, list(string), { listType: 'set', patch: 'merge' }),
  generateName: optional(2, string),
  generation: optional(7, int64),
  labels: optional(11, map(string)),
  managedFields: optional(17, list(ManagedFieldsEntry), { listType: 'atomic' }),
  name: optional(1, string),
  namespace: optional(3, string),
  ownerReferences: optional(13, list(OwnerReference), {
    listType: 'map',
    keys: ['uid'],
    mergeKey: 'uid',
    patch: 'merge',
  }),
  resourceVersion: optional(6, string),
  selfLink: optional(4, string),
  uid: optional(5, string),
})
export interface ObjectMeta extends TypeOf<typeof ObjectMeta> {}

/** What every stored object has. Objects are immutable: a change is a new object. */
export interface KubernetesObject {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata?: ObjectMeta
}

/** An object as it is read back from the log: the write path has filled in what identifies it. */
export type Stored<A> = A & {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta & {
    readonly name: string
    readonly uid: string
    readonly resourceVersion: string
    readonly creationTimestamp: string
  }
}
