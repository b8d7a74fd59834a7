import type { NodeAllocatable } from './env/resource-field.ts'
import type { MachineFeatures } from './node/features.ts'

/** What a node is told about itself and its cluster, with everything filled in. */
export interface NodeSettings {
  readonly nodeName: string
  /** Of the machine; what pods on its network are called. */
  readonly hostname: string
  readonly hostIps: readonly string[]
  /** Addresses of the cluster's DNS; empty: none runs, and pods get the machine's resolver. */
  readonly clusterDns: readonly string[]
  readonly clusterDomain: string
  /** cgroup below which pods' cgroups are made, such as `/kubepods`. */
  readonly cgroupRoot: string
  /** Where `Localhost` seccomp profiles are found. */
  readonly seccompRoot: string
  readonly features: MachineFeatures
  /** Kubelet's setting of the same name: where a process is killed for its container's memory, the others live on. */
  readonly singleProcessOomKill: boolean
  readonly allocatable: NodeAllocatable & { readonly pods: string }
  readonly capacity: NodeAllocatable & { readonly pods: string }
}
