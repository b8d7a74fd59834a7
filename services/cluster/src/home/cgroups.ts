import type { Home } from './home.ts'
import { bridgeOf } from './networks.ts'

/** The cluster's own cgroup: whoever forgets the cluster finds there all that its pods left, and nothing of others. */
export const clusterCgroup = (home: Home): string => `/periplus/${bridgeOf(home)}`

/** Parent of the pods' cgroups, called as the kubelet calls it: by that name, tools tell pods from other processes. */
export const podsCgroup = (home: Home): string => `${clusterCgroup(home)}/kubepods`
