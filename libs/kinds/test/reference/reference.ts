import { readFileSync } from 'node:fs'

/** What Kubernetes' OpenAPI and protobuf files state about a field. */
export interface FieldFacts {
  readonly type: TypeFacts
  readonly required?: boolean
  readonly tag?: number
  readonly listType?: string
  readonly listMapKeys?: readonly string[]
  readonly patchMergeKey?: string
  readonly patchStrategy?: string
  readonly mapType?: string
}

export type TypeFacts = string | readonly [container: 'list' | 'map', of: TypeFacts]

export interface StructFacts {
  readonly fields?: Readonly<Record<string, FieldFacts>>
  readonly kinds?: readonly string[]
  readonly scalar?: string
  readonly mapType?: string
  /** Wire fields that JSON doesn't have: embedded messages, and what newer protobuf files add. */
  readonly inline?: Readonly<Record<string, { readonly tag: number; readonly proto: string }>>
}

export interface Reference {
  readonly types: Readonly<Record<string, StructFacts>>
  /** Field numbers of messages that have no OpenAPI definition, by protobuf name. */
  readonly messages: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly paths: Readonly<Record<string, readonly string[]>>
}

/** The facts of every built-in type, as of the Kubernetes version that this tree follows. */
export const reference = JSON.parse(
  readFileSync(new URL('./kubernetes-types.json', import.meta.url), 'utf8'),
) as Reference
