import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { containerdRuntime, hollowRuntime, nodeSubjects, processRuntime } from '@periplus/runtime'
import type { ContainerRuntime } from '@periplus/runtime'
import { remoteCommands } from '@periplus/commands'
import { start as startNodeAgent } from '@periplus/node-agent'
import type { NodeAgentConfig } from '@periplus/node-agent'
import { containedClock, freshSeed, seededRandom, systemClock } from '@periplus/prelude'
import { podsCgroup } from '../home/cgroups.ts'
import { dnsPlace, isRelayed } from '../home/networks.ts'
import type { ClusterFile } from '../home/cluster-file.ts'
import type { Home } from '../home/home.ts'
import { roleOutput } from '../home/outputs.ts'
import { evictionPolicy } from '../home/eviction.ts'
import { shutdownGrace } from '../home/shutdown-grace.ts'
import { nodeApi } from '../home/kube-api.ts'
import type { KubeApi } from '../home/kube-api.ts'
import { keepCertificate } from './keep-certificate.ts'
import { keepRoutes } from './routes.ts'
import { noServices } from './node-network.ts'
import { supervisedComponents } from './supervised-components.ts'
import { secretsOver } from './node-secrets.ts'
import { tokensOver } from './node-tokens.ts'
import type { RoleProcess } from './role.ts'

const runtimeOf = (home: Home, cluster: ClusterFile): ContainerRuntime => {
  switch (cluster.runtime.tag) {
    case 'containerd':
      return containerdRuntime({ address: cluster.runtime.address })
    case 'hollow':
      return hollowRuntime({ clock: systemClock, nodeName: cluster.nodeName, podCidr: cluster.podCidr })
    case 'process': {
      const { mirror } = cluster.runtime
      return processRuntime({ root: home.processes(cluster.nodeName), ...(mirror === undefined ? {} : { mirror }) })
    }
  }
}

/** The node agent. It appends nothing itself: the control plane writes for it what a node may write. */
export const startNode = async (process: RoleProcess): Promise<void> => {
  const { home, settings, bus, cut, cluster, logger, network, names, onStop } = process
  const { nodeName, podCidr, runtime: on } = cluster
  const api = nodeApi(home, cluster)
  onStop({ name: 'api client', stop: async () => api.close() })
  onStop({ name: 'certificate', stop: renewing(process, api).stop })
  const rootDirectory = home.node(nodeName)
  const staticPods = join(rootDirectory, 'etc/kubernetes/manifests')
  for (const directory of [rootDirectory, staticPods]) mkdirSync(directory, { recursive: true, mode: 0o700 })
  keepRoutes(process)
  const runtime = runtimeOf(home, cluster)
  onStop({ name: 'runtime', stop: () => runtime.close() })
  const components = supervisedComponents(home, { isIdle: idleOn(process), onBug: process.onBug })
  onStop(components)
  onStop(
    await startNodeAgent({
      bus,
      cut,
      commands: remoteCommands({ bus, subject: nodeSubjects(nodeName).commands }),
      runtime,
      nodeName,
      rootDirectory,
      logRotation: { mostBytes: settings.containerLogMebibytes * 2 ** 20, mostFiles: settings.containerLogFiles },
      manifestDirectory: staticPods,
      shutdownGracePeriods: shutdownGrace(settings),
      eviction: evictionPolicy(settings),
      ...(on.tag === 'containerd'
        ? { imageDirectory: home.containerd, sharesMounts: true, clusterDns: [dnsPlace(cluster).serviceIp] }
        : {}),
      ...hostOf(cluster),
      requestToken: tokensOver(api),
      readSecret: secretsOver(api),
      podCidr,
      ...(network === undefined
        ? {}
        : { admitToNetwork: network.admit, leftNetwork: network.left, services: () => network.services(names) }),
      ...(on.tag === 'process' && !isRelayed(cluster) ? { services: noServices } : {}),
      ...(names === undefined ? {} : { clusterDns: [names] }),
      components,
      serviceLog: service => roleOutput(home, service),
      cgroupRoot: podsCgroup(home),
      log: logger.for(`node-agent/${nodeName}`),
    }),
  )
}

/** The node's certificate, by which it asks for tokens and Secrets: pods go on while another one takes its place. */
const renewing = ({ home, cluster: { nodeName }, logger, onBug }: RoleProcess, api: KubeApi) => {
  const log = logger.for(`node-agent/${nodeName}`)
  return keepCertificate({
    present: () => readFileSync(home.nodeIdentity(nodeName), 'utf8'),
    // What makes requests is large, and needed once in most of a year.
    request: async () => (await import('./request-certificate.ts')).requestCertificate(api, nodeName),
    take: async identity => {
      const { keepIdentity } = await import('@periplus/apiserver')
      await keepIdentity(home.directory, nodeName, { ca: readFileSync(home.ca, 'utf8'), ...identity })
      api.become({ cert: identity.certificate, key: identity.key })
    },
    clock: containedClock(systemClock, onBug),
    random: seededRandom(freshSeed()),
    onTried: why =>
      why === undefined
        ? log.info('the certificate was about to end: another one is shown from now on')
        : log.warn('the certificate cannot be renewed', { reason: why }),
  })
}

/** What is served beside the node agent and has nothing to do on such a host. */
const idleOn =
  ({ cluster, network, names }: RoleProcess) =>
  (role: string): boolean =>
    (role === 'service-proxy' && network === undefined) ||
    (role === 'dns' && cluster.runtime.tag !== 'containerd' && names === undefined)

/** How other hosts reach this one. One that joined was made a node by that, and is none any more once it is deleted. */
const hostOf = ({ advertise, joined }: ClusterFile): Pick<NodeAgentConfig, 'hostIps' | 'registers'> => ({
  ...(advertise === undefined ? {} : { hostIps: [advertise] }),
  ...(joined === undefined ? {} : { registers: false }),
})
