import type { Kind } from '../kind.ts'
import type { Decodable } from '../schema/decode.ts'
import type { Schema } from '../schema/schema.ts'

/** What the OpenAPI documents are made from. */
export interface OpenApiSources {
  readonly kinds: readonly Kind[]
  /** What requests and answers carry besides kinds: `DeleteOptions`, `Status`, `Scale`, `Eviction`... */
  readonly bodies: readonly Decodable[]
  /** The schema of a kind's list. */
  listSchema(kind: Kind): Schema<unknown>
  /** What a field of a type is, for people, where its schema does not say: `JobStatus`, `active`. */
  readonly fieldWords?: (type: string, field: string) => string | undefined
  /** `info.version`, such as `v1.35.0`. */
  readonly version: string
  /** Media types that answers may have; the first is the usual one. */
  readonly produces: readonly string[]
}

export type Json = Readonly<Record<string, unknown>>
