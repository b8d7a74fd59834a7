import type { Clock, Random } from '@periplus/prelude'
import type { AdmitConnection, GroupCommands } from '@periplus/commands'
import type { KindsAt } from '@periplus/custom'
import type { EventLog } from '@periplus/log'
import type { LogStream } from '@periplus/log-stream'
import type { LiveCut } from '@periplus/projection'
import type { ConvertObjects } from '@periplus/webhooks'
import type { Logger, Metrics } from '@periplus/service'
import type { Aggregation } from './aggregation/aggregation.ts'
import type { Audit } from './audit/trail.ts'
import type { DecisionHistory, EndpointReasons } from './history/deps.ts'
import type { ListenerConfig } from './http/listener.ts'
import type { HealthCheck } from './operations/health.ts'
import type { CutAt } from '@periplus/replay'
import type { NodeStreams, Security } from './ports.ts'

/** What the gateway is put together from. It opens nothing itself but its port. */
export interface ApiServerConfig {
  readonly host: string
  /** Other addresses to listen at, at the same port. */
  readonly alsoAt?: readonly string[]
  /** 0: a free one. */
  readonly port: number
  readonly tls: ListenerConfig['tls']
  readonly kindsAt: KindsAt
  readonly log: EventLog
  /** The same, as far back as there is anything of it, for reads of the past and histories; default: `log`. */
  readonly past?: EventLog
  readonly cut: LiveCut
  readonly commands: GroupCommands
  readonly security: Security
  /** The way to the nodes; absent: logs, exec, attach and port-forward are refused. */
  readonly streams?: NodeStreams
  /** How objects are brought into versions that only a webhook knows; absent: those are not shown. */
  readonly convert?: ConvertObjects
  /** Asked before anybody is connected to a pod or a node; absent: nobody is asked. */
  readonly admitConnection?: AdmitConnection
  /** The stream of containers' lines; absent: those of pods that are gone, and of the past, are refused. */
  readonly lines?: LogStream
  /** The servers of APIServices; absent: there are none. */
  readonly aggregation?: Aggregation
  /** The way to the past; absent: `/at/` is refused. */
  readonly cutAt?: CutAt
  /** What was decided and why; absent: `/history` tells of events alone. */
  readonly decisions?: DecisionHistory
  /** What answers for a service; absent: `/history/why` leaves it out. */
  readonly endpointReasons?: EndpointReasons
  /** What is told of each request; absent: nothing. */
  readonly audit?: Audit
  readonly logger: Logger
  readonly metrics: Metrics
  /** What else `/readyz` should ask, besides the log and the cut. */
  readonly checks?: readonly HealthCheck[]
  readonly clock?: Clock
  readonly random?: Random
}
