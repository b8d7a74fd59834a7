import { schema } from '@periplus/api'

/** The two fields with which every object says what it is; they exist in JSON only. */
export const typeMeta = {
  apiVersion: schema.optional(undefined, schema.string),
  kind: schema.optional(undefined, schema.string),
}
