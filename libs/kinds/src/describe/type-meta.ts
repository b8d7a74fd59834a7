import { schema } from '@periplus/api'

/** The two fields with which every object says what it is; they exist in JSON only. */
export const typeMeta = {
  apiVersion: schema.optional(undefined, schema.string, {
    doc: 'APIVersion defines the form in which the object is written: group and version, such as apps/v1; v1 for the core group.',
  }),
  kind: schema.optional(undefined, schema.string, { doc: 'What the object is, such as Pod; never changes.' }),
}
