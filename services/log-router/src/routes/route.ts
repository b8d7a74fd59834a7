import type { Int64 } from '@periplus/api'
import type { Credentials } from '@periplus/logs'
import type { SinkSpec } from '../definitions/sink.ts'

/** Where a sink is among the objects. */
export interface SinkRef {
  readonly resource: 'logsinks' | 'clusterlogsinks'
  /** `''` for a ClusterLogSink. */
  readonly namespace: string
  readonly name: string
}

/** What one sink wants at a moment. */
export interface Route {
  readonly ref: SinkRef
  readonly uid: string
  readonly generation: Int64
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly spec: SinkSpec
  readonly credentials: Credentials
  /** Two routes of the same text are the same: what may differ without that is none of the router's business. */
  readonly version: string
}

/** Why a sink has no route. */
export interface Fault {
  readonly ref: SinkRef
  readonly uid: string
  readonly generation: Int64
  readonly reason: 'InvalidSpec' | 'SecretNotFound' | 'BackendUnknown' | 'BackendNotAllowed' | 'TooManySinks'
  readonly message: string
}

/** What all sinks of a cut want, by their uids. */
export interface Routes {
  readonly routes: ReadonlyMap<string, Route>
  readonly faults: ReadonlyMap<string, Fault>
}
