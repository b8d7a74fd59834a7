import type { Int64, KubernetesObject, LabelSelectorLike } from '@periplus/api'

/** The API group of sinks. */
export const sinkGroup = 'logs.periplus.io'
export const sinkVersion = 'v1alpha1'

/** What is kept of a line, and what it becomes; the definitions (`sink-schema.ts`) bound all of it. */
export interface LineFilter {
  /** Lets a line pass where the pattern (RE2) is found in the field, or with `exclude` where it is not. Default field: the line. */
  readonly grep?: { readonly field?: string; readonly pattern: string; readonly exclude?: boolean }
  readonly add?: Readonly<Record<string, string>>
  readonly remove?: readonly string[]
}

export interface LineParser {
  /** `json`: an object's members become fields. `regex`: the named groups of `pattern` do. What does not fit stays as it is. */
  readonly format: 'json' | 'regex'
  readonly pattern?: string
}

export interface SinkSpec {
  /** Namespaces by their labels; ClusterLogSinks only. Absent: all. */
  readonly namespaceSelector?: LabelSelectorLike
  /** Pods by their labels. Absent: all. */
  readonly selector?: LabelSelectorLike
  readonly containers?: readonly string[]
  readonly streams?: readonly ('stdout' | 'stderr')[]
  /** Where a new sink begins: with what comes, or with the oldest line that is kept. */
  readonly startAt: 'Now' | 'Oldest'
  readonly parse?: LineParser
  readonly filters?: readonly LineFilter[]
  readonly backend: {
    readonly name: string
    readonly config?: Readonly<Record<string, unknown>>
    /** A Secret of the sink's namespace; of `kube-system` for a ClusterLogSink. */
    readonly credentialsRef?: { readonly name: string }
  }
  readonly batch: { readonly maxLines: number; readonly maxBytes: number; readonly maxWaitMilliseconds: number }
  readonly retry: { readonly firstSeconds: number; readonly maxSeconds: number; readonly timeoutSeconds: number }
}

export interface SinkCondition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
  readonly lastTransitionTime: string
  readonly observedGeneration?: Int64
}

export interface SinkStatus {
  readonly observedGeneration?: Int64
  readonly conditions?: readonly SinkCondition[]
  /** Seconds between the storing of the oldest line that is not delivered and now. */
  readonly lagSeconds?: number
  readonly linesPerSecond?: number
  /** Of lines that are kept on the router's disk, as the stream may let go of them. */
  readonly bufferedBytes?: number
  readonly delivered?: number
  readonly dropped?: number
  readonly lastError?: string
  readonly lastDeliveryTime?: string
  /** The copy of the router that has the sink. */
  readonly router?: string
}

export interface LogSink extends KubernetesObject {
  readonly spec: SinkSpec
  readonly status?: SinkStatus
}
