import type { Key } from '@periplus/controller'
import type { ServiceNetwork } from '@periplus/node-agent'
import type { RunningServiceProxy } from '@periplus/service-proxy'
import type { Home } from '../home/home.ts'
import type { Settings } from '../home/settings.ts'
import type { ClusterProcess } from './process.ts'

/** Words of `periplus serve`. */
export type RoleName =
  | 'apiserver'
  | 'projector'
  | 'controllers'
  | 'scheduler'
  | 'compactor'
  | 'ingress'
  | 'feed'
  | 'service-proxy'
  | 'dns'
  | 'node'

/** What a role starts within. */
export interface RoleProcess extends ClusterProcess {
  readonly home: Home
  readonly settings: Settings
  /** A throw of a decision: it is counted and logged, and ends nothing else. */
  readonly onDecisionFailed: (controller: string, key: Key, error: unknown) => void
  /** What the service proxy of this process does for its node; absent where that runs elsewhere or there is nothing for it to do. */
  readonly network?: NodeNetworking
  /** Where this process answers for names at an address of loopback, for pods that are plain processes. */
  readonly names?: string
}

/** What the node agent takes from the service proxy beside it. */
export interface NodeNetworking {
  readonly admit: RunningServiceProxy['admit']
  readonly left: RunningServiceProxy['left']
  /** `names`: where this process answers for names, if not on the pods' bridge. */
  readonly services: (names: string | undefined) => ServiceNetwork
}

/** What a role does for those that start after it in the same process. */
export type Provided = Pick<RoleProcess, 'network' | 'names'>

export interface Role {
  readonly name: RoleName
  /** The control plane's roles and a node's are never in one process: a node has no rights but its own. */
  readonly side: 'control-plane' | 'node'
  /** Beside NATS as a user of its own: Redis, the keys of the cluster's authorities, or those of sealed objects. */
  readonly needs: readonly ('redis' | 'keys' | 'sealing')[]
  /** Streams that it makes where they are not there yet; other processes wait for them. */
  readonly makes?: readonly string[]
  /** Streams that it writes to beside the log, and others make. */
  readonly writes?: readonly string[]
  /** What starts it; loaded when it is served. */
  readonly load: () => Promise<(process: RoleProcess) => Promise<Provided>>
}
