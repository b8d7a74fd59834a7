import type { Steps } from '@periplus/prelude'
import type { Int64 } from './int64/int64.ts'
import type { FieldError } from './refusal.ts'
import type { Schema } from './schema/schema.ts'
import type { KubernetesObject, Stored } from './meta/object-meta.ts'

/** What can be done with objects of a kind, in discovery's words. */
export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch'

/** What a column shows of an object. */
export type Cell = string | Int64 | boolean | null

/** A column of `kubectl get`; `of` is pure, `now` is in milliseconds since the epoch. */
export interface Column<A> {
  readonly name: string
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date'
  readonly format?: string
  readonly description: string
  /** 0: always shown; 1: shown with `-o wide`. */
  readonly priority: number
  of(object: A, now: number): Cell
}

/** Where a webhook is: of a service of the cluster, or anywhere else. As `clientConfig` of Kubernetes' configurations. */
export interface WebhookAddress {
  readonly url?: string
  readonly service?: {
    readonly namespace: string
    readonly name: string
    /** Default 443. */
    readonly port?: number
    readonly path?: string
  }
  /** PEM in base64, whom the server's certificate must come from; absent or empty: whom this machine trusts. */
  readonly caBundle?: string
}

/** Who converts objects between the versions of a CustomResourceDefinition: `spec.conversion.webhook`. */
export interface ConversionWebhook {
  readonly clientConfig: WebhookAddress
  /** Of ConversionReview, the best first. */
  readonly reviewVersions: readonly string[]
}

/**
 * A built-in or custom kind: everything that the generic machinery (write path, API server, controllers) needs to serve it.
 * The functions are pure and receive objects that fit `schema`; they use no `this`.
 */
export interface Kind<A extends KubernetesObject = KubernetesObject> {
  /** `''` for the core group. */
  readonly group: string
  readonly version: string
  readonly kind: string
  /** Plural, as in paths and RBAC rules. */
  readonly resource: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  readonly schema: Schema<A>
  readonly verbs: readonly Verb[]
  /** The status is written only through the subresource, as in Kubernetes. */
  readonly hasStatus: boolean
  readonly scale?: ScaleMapping<A>
  /** Other subresources that discovery lists, such as `log` or `eviction`, with the kind that they take. */
  readonly subresources: readonly Subresource[]
  /** `false`: another version of the same resource is the stored form; objects are converted when read and written. */
  readonly stored: boolean
  /** `true`: objects are kept in this version, and nobody is answered in it. */
  readonly isUnserved?: true
  /** Where the log keeps the objects under another group's resource: `events.k8s.io` events are the core group's. */
  readonly storedAs?: { readonly group: string; readonly resource: string }
  /** From this version's form to the stored version's, and back. Absent where only `apiVersion` differs. */
  readonly conversion?: { toStored(object: A): KubernetesObject; fromStored(object: KubernetesObject): A }
  /** Objects in other versions are brought into this one by a webhook; absent: by what the kind itself knows. */
  readonly convertedBy?: ConversionWebhook
  /**
   * The log's form as it is read: what the kind no longer has is left out, what it has by now is filled in. The same object where
   * nothing is to be done. Absent for kinds that never change.
   */
  asRead?(object: Stored<KubernetesObject>): Stored<KubernetesObject>
  /** Defaults that depend on other fields; static ones stand in the schema. */
  defaults?(object: A): A
  /** Fills in or clears what a client may not choose at creation (status, generation). */
  prepareForCreate?(object: A): A
  /** Keeps what a client may not change. */
  prepareForUpdate?(next: A, previous: A): A
  /**
   * What a write of the status may not change of metadata and status, and what it fills in; `now` in RFC 3339. Absent: all but labels,
   * annotations, finalizers and owners stays as it was, and the status is what was sent.
   */
  prepareForStatusUpdate?(next: A, previous: A, now: string): A
  validate?(object: A, previous?: A): readonly FieldError[]
  /** The same, of kinds whose objects may take long. */
  validateInSteps?(object: A, previous?: A): Steps<readonly FieldError[]>
  /** Besides `validate`, of what is created: rules that objects from before are not held to. */
  validateCreate?(object: A): readonly FieldError[]
  validateUpdate?(next: A, previous: A): readonly FieldError[]
  validateStatusUpdate?(next: A, previous: A): readonly FieldError[]
  /** The same, of kinds whose objects may take long. */
  validateStatusUpdateInSteps?(next: A, previous: A): Steps<readonly FieldError[]>
  /** Of kinds with a `finalize` subresource: what may be left through it. */
  validateFinalize?(next: A, previous: A): readonly FieldError[]
  /** Of kinds with a `resize` subresource: what may be changed through it. */
  validateResize?(next: A, previous: A): readonly FieldError[]
  /** Of kinds with an `approval` subresource: what is filled into a verdict (`now` in RFC 3339), and what is wrong with one. */
  readonly approval?: {
    prepare(next: A, previous: A, now: string): A
    errors(next: A, previous: A): readonly FieldError[]
  }
  /** What a client is told of an object that is taken although it may not do what was meant; `previous` of an update. */
  warnings?(next: A, previous: A | undefined): readonly string[]
  /** The same of a write of the status. */
  statusWarnings?(next: A): readonly string[]
  /** Field selectors besides `metadata.name` and `metadata.namespace`. */
  readonly selectableFields: Readonly<Record<string, Reading<A, string>>>
  readonly columns: readonly Column<A>[]
  /** Set when a deletion begins: somebody else has to clear up before the object may go. */
  readonly deletionFinalizer?: string
  /** `DELETE` that names no policy leaves dependents alone, as Kubernetes keeps it for the oldest controllers. */
  readonly orphansByDefault?: boolean
  /** A change of `spec` (or of what this names) raises `metadata.generation`; absent: no generation is kept. */
  generationOf?(object: A): unknown
  /** `DELETE` waits for a grace period, as for pods: seconds when the caller names none. */
  graceSeconds?(object: A): number
  /** High-rate heartbeats keep one message each in the log. */
  readonly rollup?: boolean
}

/** A subresource as discovery lists it: `pods/log` is `log`. */
export interface Subresource {
  readonly name: string
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string }
  readonly verbs: readonly string[]
}

/** How a kind's spec and status appear through `autoscaling/v1` Scale. */
export interface ScaleMapping<A> {
  replicas(object: A): number
  withReplicas(object: A, replicas: number): A
  statusReplicas(object: A): number
  /** The selector in text form, as `labels.Selector.String()` prints it. */
  selector(object: A): string
}

/** A function declared as a method, so that a `Kind<Pod>` may stand wherever a `Kind` of any object is asked for. */
type Reading<A, R> = { of(object: A): R }['of']
