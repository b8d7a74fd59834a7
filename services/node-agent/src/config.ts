import type { Bus } from '@periplus/bus'
import type { Commands } from '@periplus/commands'
import type { CsiLimits } from '@periplus/csi'
import type { Node } from '@periplus/kinds'
import type { Clock } from '@periplus/prelude'
import type { LiveCut } from '@periplus/projection'
import type { ContainerRuntime } from '@periplus/runtime'
import type { Logger } from '@periplus/service'
import type { EvictionPolicy } from './eviction/policy.ts'
import type { LogDestination } from './logs/log-destination.ts'
import type { Machine } from './node/machine.ts'
import type { ServiceNetwork } from './node/node-status.ts'
import type { ShutdownGracePeriod } from './shutdown/grace-periods.ts'
import type { LogindPlaces } from './shutdown/logind.ts'
import type { ServiceLog } from './node-logs/service-logs.ts'
import type { Components } from './components/component.ts'
import type { Check } from './probes/check.ts'
import type { ReadSecret } from './volumes/secret-source.ts'
import type { RequestToken } from './volumes/token-source.ts'
import type { AdmitToNetwork } from './pods/context.ts'
import type { PodFeed } from './pods/pod-feed.ts'

/** What `start` is given. Everything optional has a sensible value for one node on one machine. */
export interface NodeAgentConfig {
  readonly cut: LiveCut
  readonly commands: Commands
  readonly runtime: ContainerRuntime
  readonly nodeName: string
  /** Below this directory are `var/lib/kubelet` and `var/log`; several nodes on a machine have one each. */
  readonly rootDirectory: string
  readonly clock?: Clock
  /** Pods of the files in this directory run whatever the API says (static pods), and are shown there. Default: none. */
  readonly manifestDirectory?: string
  /** One per cut where several nodes share a process; default: one of its own. */
  readonly feed?: PodFeed
  /** Addresses of the machine; the first is `status.hostIP`. Default: its first outward address. */
  readonly hostIps?: readonly string[]
  readonly hostname?: string
  readonly podCidr?: string
  /** Whether the agent makes its Node where there is none; default true. */
  readonly registers?: boolean
  readonly labels?: Readonly<Record<string, string>>
  readonly taints?: NonNullable<Node['spec']>['taints']
  /** Default 110. */
  readonly maxPods?: number
  /** Addresses of the cluster's DNS; default none: pods get the machine's resolver. */
  readonly clusterDns?: readonly string[]
  readonly clusterDomain?: string
  /** Default `/kubepods`; nodes that share a machine need one each. */
  readonly cgroupRoot?: string
  /** Default false on cgroup version 2, as the kubelet's; version 1 knows nothing else. */
  readonly singleProcessOomKill?: boolean
  /** `node.status.nodeInfo.kubeletVersion`. */
  readonly version?: string
  readonly machine?: Machine
  /** Asks the API for tokens of pods' service accounts; without it, pods that mount one wait with a FailedMount event. */
  readonly requestToken?: RequestToken
  /** Asks the API for Secrets that are sealed on the log; without it, pods that need one wait. */
  readonly readSecret?: ReadSecret
  /** Absent: the node's containers cannot be reached for logs and exec, and their lines are not shipped. */
  readonly bus?: Bus
  /** Of a container's log: bytes at which a file is rotated, and how many are kept, the current one included. Default 10 MiB and 5. */
  readonly logRotation?: { readonly mostBytes: number; readonly mostFiles: number }
  /** Default: the `LOGS` stream, where there is a bus. */
  readonly logDestination?: LogDestination
  /** Default 3. */
  readonly pullsAtOnce?: number
  /** What pods have to end when the machine goes down, rising by priority (`gracePeriodsOf`). Default: they end with the machine. */
  readonly shutdownGracePeriods?: readonly ShutdownGracePeriod[]
  /** Where logind is. */
  readonly logind?: LogindPlaces
  /** When the node ends pods because memory or disk run short. What it does not say is as in `usualPolicy`. */
  readonly eviction?: Partial<EvictionPolicy>
  /** Where the runtime keeps images and containers' own roots. Default: on the file system of `rootDirectory`. */
  readonly imageDirectory?: string
  /**
   * Whether what storage drivers in containers mount below the node's `var/lib/kubelet` comes to the node and its pods, for which that
   * directory may become a mount. Default false: whoever removes the node's files is to unmount it first.
   */
  readonly sharesMounts?: boolean
  /** How long storage drivers may take. Default: as long as the kubelet gives them. */
  readonly csiLimits?: CsiLimits
  /** How probes are made; default over the network and through the runtime, and on a hollow node not at all. */
  readonly check?: Check
  /** Waited for between a pod's address and its first container. Default: there is nothing to wait for. */
  readonly admitToNetwork?: AdmitToNetwork
  /** Waited for before a container is told to end: until nobody new is led to its pod. Default: there is nothing to wait for. */
  readonly leftNetwork?: () => Promise<void>
  /** How services fare here, for the node's condition. Default: nothing is said. */
  readonly services?: () => ServiceNetwork
  /** What else of the cluster runs on this machine, shown by mirror pods. Default: nothing that is known of. */
  readonly components?: Components
  /** Where the parts of this node say what they do, by their names. Default: nobody knows. */
  readonly serviceLog?: (service: string) => ServiceLog | undefined
  readonly log?: Logger
}
