import { boolean, int64, list, map, optional, rawObject, required, string, struct, time } from '../schema/schema.ts'
import type { TypeOf } from '../schema/schema.ts'

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1.'

/** The object that another one belongs to, and goes with. */
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

/** Which fields a manager has set, as `metadata.managedFields` lists it. */
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

/** `metadata` of every object. */
export const ObjectMeta = struct(
  `${meta}ObjectMeta`,
  {
    annotations: optional(12, map(string), { doc: 'Notes of people and tools; nothing is selected by them.' }),
    creationTimestamp: optional(8, time, {
      doc: 'CreationTimestamp is a timestamp of when the object was created; set by the server.',
    }),
    deletionGracePeriodSeconds: optional(10, int64, {
      doc: 'Seconds that it has to end once its deletion was asked for; set by the server.',
    }),
    deletionTimestamp: optional(9, time, {
      doc: 'When its time to end is over, once its deletion was asked for; set by the server.',
    }),
    finalizers: optional(14, list(string), {
      listType: 'set',
      patch: 'merge',
      doc: 'Who must have finished before the object may go; it stays until the list is empty.',
    }),
    generateName: optional(2, string, { doc: 'How a name begins that the server completes, where none is given.' }),
    generation: optional(7, int64, { doc: 'Rises with every change of what is wanted; set by the server.' }),
    labels: optional(11, map(string), { doc: 'Short values by which objects are grouped and selected.' }),
    managedFields: optional(17, list(ManagedFieldsEntry), {
      listType: 'atomic',
      doc: 'Who set which field, for server-side apply.',
    }),
    name: optional(1, string, { doc: 'Unique within its namespace; chosen at creation and never changed.' }),
    namespace: optional(3, string, { doc: 'Where it belongs; empty for objects of the whole cluster.' }),
    ownerReferences: optional(13, list(OwnerReference), {
      listType: 'map',
      keys: ['uid'],
      mergeKey: 'uid',
      patch: 'merge',
      doc: 'The objects that it is there for: when the last of them is gone, it goes too.',
    }),
    resourceVersion: optional(6, string, {
      doc: 'The sequence of its last event in the log; a write that names an older one is refused.',
    }),
    selfLink: optional(4, string, { doc: 'No longer set.' }),
    uid: optional(5, string, { doc: 'Unlike that of any other object that is or was; set by the server.' }),
  },
  { doc: 'What every stored object has: its name, its labels, and where it stands in its life.' },
)
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
