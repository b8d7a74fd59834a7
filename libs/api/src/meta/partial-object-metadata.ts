import { optional, string, struct } from '../schema/schema.ts'
import type { TypeOf } from '../schema/schema.ts'
import { ObjectMeta } from './object-meta.ts'

/** What clients ask for that follow everything but read little: objects without what is theirs. */
export const PartialObjectMetadata = struct('io.k8s.apimachinery.pkg.apis.meta.v1.PartialObjectMetadata', {
  apiVersion: optional(undefined, string),
  kind: optional(undefined, string),
  metadata: optional(1, ObjectMeta),
})
export interface PartialObjectMetadata extends TypeOf<typeof PartialObjectMetadata> {}
