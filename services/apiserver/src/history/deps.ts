import type { KindRegistry, ObjectRef } from '@periplus/api'
import type { EventLog } from '@periplus/log'
import type { Cut } from '@periplus/projection'
import type { DecisionSource } from '@periplus/replay'
import type { Security, User } from '../ports.ts'
import type { PastReads } from '../read/past-reads.ts'
import type { RequestInfo } from '../request/request-info.ts'
import type { HistoryPath } from './history-path.ts'

/** The recorded decisions, as far as they are told. */
export interface DecisionHistory extends DecisionSource {
  /** Values of JSON, in the order in which they were recorded. */
  all(signal?: AbortSignal): AsyncIterable<unknown>
}

/** What answers for a service, and what does not, in words; `undefined` for what is about no service. */
export type EndpointReasons = (cut: Cut, ref: ObjectRef) => readonly unknown[] | undefined

export interface HistoryDeps {
  /** Followed through the process's cut. */
  readonly log: EventLog
  readonly cut: Cut
  readonly kinds: () => KindRegistry
  readonly security: Pick<Security, 'authorize' | 'authorizeAt'>
  readonly pastReads: Pick<PastReads, 'mayBeShown' | 'shown'>
  /** Absent: this server knows of none. */
  readonly decisions?: DecisionHistory
  readonly endpointReasons?: EndpointReasons
}

export interface HistoryCall {
  readonly asked: HistoryPath
  readonly info: RequestInfo
  readonly user: User
  readonly query: URLSearchParams
  readonly warn: (text: string) => void
  readonly signal: () => AbortSignal
}
