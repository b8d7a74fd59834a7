import { hostname as machineHostname, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import type { NodeAgentConfig } from './config.ts'
import type { MachineFacts } from './node/machine.ts'
import type { NodeSettings } from './settings.ts'

/** What the configuration says, and what the machine is where it says nothing. */
export const settingsOf = (config: NodeAgentConfig, facts: MachineFacts): NodeSettings => {
  const capacity = {
    cpu: String(facts.cpus),
    memory: `${Math.floor(facts.memoryBytes / 1024)}Ki`,
    'ephemeral-storage': `${Math.floor(facts.storageBytes / 1024)}Ki`,
    pods: String(config.maxPods ?? 110),
  }
  return {
    nodeName: config.nodeName,
    hostname: config.hostname ?? (config.runtime.name === 'hollow' ? config.nodeName : machineHostname()),
    hostIps: config.hostIps ?? [outwardAddress()],
    clusterDns: config.clusterDns ?? [],
    clusterDomain: config.clusterDomain ?? 'cluster.local',
    cgroupRoot: config.cgroupRoot ?? '/kubepods',
    seccompRoot: join(config.rootDirectory, 'var/lib/kubelet/seccomp'),
    features: facts.features,
    singleProcessOomKill: config.singleProcessOomKill ?? !facts.features.cgroup2,
    capacity,
    allocatable: capacity,
  }
}

/** The machine's first address that others could reach. */
const outwardAddress = (): string =>
  Object.values(networkInterfaces())
    .flatMap(addresses => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1'
