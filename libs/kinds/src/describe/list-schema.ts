import { schema } from '@periplus/api'
import type { Kind, KubernetesObject, Schema } from '@periplus/api'
import { ListMeta } from '../apimachinery/meta/v1/list-meta.ts'
import { typeMeta } from './type-meta.ts'

const { list, optional, required, struct } = schema

/** The schema of a list of `kind`: `PodList` for `Pod`. A kind's schema must be a struct. */
export const listSchema = <A extends KubernetesObject>(kind: Kind<A>): Schema<ListOf<A>> => {
  const shape = kind.schema.shape
  if (shape.tag !== 'struct') throw new Error(`the schema of ${kind.kind} is not a struct`)
  return struct(`${shape.name}List`, {
    ...typeMeta,
    metadata: optional(1, ListMeta),
    items: required(2, list(kind.schema)),
  })
}

/** A list of objects, with what lists say of themselves. */
export interface ListOf<A> {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata?: ListMeta
  readonly items: readonly A[]
}
