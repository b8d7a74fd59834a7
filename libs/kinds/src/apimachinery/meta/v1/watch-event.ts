import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { rawObject, required, string, struct } = schema

export const WatchEvent = struct('io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent', {
  object: required(2, rawObject),
  type: required(1, string),
})
export interface WatchEvent extends TypeOf<typeof WatchEvent> {}
