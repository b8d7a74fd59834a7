import type { Int64 } from '../int64/int64.ts'

/**
 * The one description of a type. Everything else about it is derived from this tree: the TypeScript type, the io-ts codec,
 * strict checks, static defaults, patch semantics, OpenAPI and the protobuf wire form.
 *
 * `A` is the JSON form of the type. It exists only for the compiler.
 */
export interface Schema<A> {
  readonly shape: Shape
  readonly _A?: A
}

/** The JSON form of what a schema describes. */
export type TypeOf<S> = S extends Schema<infer A> ? A : never

/** What is no list, map or struct, by its form in JSON and protobuf. */
export type Scalar =
  | 'string'
  | 'boolean'
  | 'int32'
  | 'int64'
  | 'double'
  | 'bytes'
  | 'quantity'
  | 'time'
  | 'micro-time'
  | 'int-or-string'
  | 'raw-object'
  | 'raw-any'

/** A schema as a tree, for everything that is derived from it. */
export type Shape =
  | { readonly tag: 'scalar'; readonly scalar: Scalar; readonly union?: WireUnion }
  | { readonly tag: 'list'; readonly of: Schema<unknown> }
  | { readonly tag: 'map'; readonly of: Schema<unknown> }
  | { readonly tag: 'struct'; readonly name: string; readonly fields: Fields; readonly options: StructOptions }
  | { readonly tag: 'lazy'; readonly get: () => Schema<unknown> }

/** What JSON shows as one thing or another, and protobuf as a message with a field for each. */
export interface WireUnion {
  /** A JSON object. */
  readonly struct: { readonly number: number; readonly schema: Schema<unknown> }
  /** Anything else: a list, or a boolean that is also written `true` beside an object. */
  readonly other: { readonly number: number; readonly schema: Schema<unknown> }
}

/** What a struct says of itself. */
export interface StructOptions {
  /** What `kubectl explain` says of the type. */
  readonly doc?: string
  /** Server-side apply treats the whole value as one (`x-kubernetes-map-type: atomic`). */
  readonly atomic?: boolean
  /** What the struct holds besides its fields, where that is described at run time; absent: nothing. */
  readonly rest?: Rest
}

/** The members of a struct that are no fields of its own: what a custom kind has besides `metadata`. */
export interface Rest {
  /** The members without what may not be there, whose paths are told. */
  prune(members: Readonly<Record<string, unknown>>, unknown: (path: readonly (string | number)[]) => void): unknown
  /** The members' own OpenAPI 3.0 schemas, and what else is said of the whole. */
  readonly openApi: Readonly<Record<string, unknown>> & { readonly properties: Readonly<Record<string, unknown>> }
}

/** The fields of a struct, by name. */
export type Fields = Readonly<Record<string, Field<unknown, boolean>>>

/** How a list merges, in strategic merge patches and in server-side apply. */
export interface FieldOptions<A> {
  /** Filled in where the field is absent and its struct is present. */
  readonly default?: A
  /** `x-kubernetes-list-type`; with `keys` a map keyed by those fields. */
  readonly listType?: 'atomic' | 'set' | 'map'
  readonly keys?: readonly string[]
  /** `x-kubernetes-patch-merge-key`: elements of the list merge by this field. */
  readonly mergeKey?: string
  /** `x-kubernetes-patch-strategy`. */
  readonly patch?: 'merge' | 'retainKeys' | 'merge,retainKeys' | 'replace'
  /** `x-kubernetes-map-type` of the field itself. */
  readonly mapType?: 'atomic' | 'granular'
  /**
   * Numbers of the protobuf messages that enclose the field where Go inlines them in JSON, outermost first: a volume's
   * `hostPath` is field 1 of the message in field 2 of `Volume`, so `[2]`.
   */
  readonly within?: readonly number[]
  /** What `kubectl explain` says of the field. */
  readonly doc?: string
}

/** What a struct says of one of its fields: whether it must be there, its protobuf number, its schema, how it merges. */
export interface Field<A, Required extends boolean> {
  readonly required: Required
  /** The protobuf field number; `undefined` for what exists only in JSON (`apiVersion`, `kind`). */
  readonly number: number | undefined
  readonly schema: Schema<A>
  readonly options: FieldOptions<A>
}

type Simplify<T> = { [K in keyof T]: T[K] }
type StructOf<F> = Simplify<
  {
    [K in keyof F as F[K] extends Field<unknown, true> ? K : never]: F[K] extends Field<infer A, true> ? A : never
  } & {
    [K in keyof F as F[K] extends Field<unknown, true> ? never : K]?: F[K] extends Field<infer A, boolean> ? A : never
  }
>

/** The schema of an object whose fields are known. */
export interface Struct<F extends Fields> extends Schema<StructOf<F>> {
  readonly shape: Extract<Shape, { tag: 'struct' }>
  readonly fields: F
}

const scalar = <A>(name: Scalar): Schema<A> => ({ shape: { tag: 'scalar', scalar: name } })

export const string = scalar<string>('string')
export const boolean = scalar<boolean>('boolean')
export const int32 = scalar<number>('int32')
/** A JSON integer: a `bigint` beyond 2^53, where a `number` would lose digits, and a `number` everywhere else. */
export const int64 = scalar<Int64>('int64')
export const double = scalar<number>('double')
/** Base64 text in JSON. */
export const bytes = scalar<string>('bytes')
/** Kubernetes' quantity text, such as `100m` or `1.5Gi`; JSON numbers are accepted and canonicalised. */
export const quantity = scalar<string>('quantity')
/** RFC 3339 with seconds. */
export const time = scalar<string>('time')
/** RFC 3339 with microseconds. */
export const microTime = scalar<string>('micro-time')
export const intOrString = scalar<number | string>('int-or-string')
/** Any JSON object, kept as it is. */
export const rawObject = scalar<Readonly<Record<string, unknown>>>('raw-object')
/** Any JSON value, kept as it is. */
export const rawAny = scalar<unknown>('raw-any')
/** Likewise, with a protobuf form that tells apart what it is. */
export const rawUnion = (union: WireUnion): Schema<unknown> => ({ shape: { tag: 'scalar', scalar: 'raw-any', union } })

export const list = <A>(of: Schema<A>): Schema<readonly A[]> => ({ shape: { tag: 'list', of } })
export const map = <A>(of: Schema<A>): Schema<Readonly<Record<string, A>>> => ({ shape: { tag: 'map', of } })
/** For types that contain themselves. */
export const lazy = <A>(get: () => Schema<A>): Schema<A> => ({ shape: { tag: 'lazy', get } })

export const required = <A>(
  number: number | undefined,
  schema: Schema<A>,
  options: FieldOptions<A> = {},
): Field<A, true> => ({ required: true, number, schema, options })

export const optional = <A>(
  number: number | undefined,
  schema: Schema<A>,
  options: FieldOptions<A> = {},
): Field<A, false> => ({ required: false, number, schema, options })

/** `name` is Kubernetes' OpenAPI definition name, such as `io.k8s.api.apps.v1.DeploymentSpec`. */
export const struct = <F extends Fields>(name: string, fields: F, options: StructOptions = {}): Struct<F> => ({
  shape: { tag: 'struct', name, fields, options },
  fields,
})
