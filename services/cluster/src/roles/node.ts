import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { containerdRuntime, hollowRuntime, nodeSubjects, processRuntime } from '@periplus/runtime'
import type { ContainerRuntime } from '@periplus/runtime'
import { remoteCommands } from '@periplus/commands'
import { start as startNodeAgent } from '@periplus/node-agent'
import { systemClock } from '@periplus/prelude'
import { podsCgroup } from '../home/cgroups.ts'
import { readyFile } from '../home/home.ts'
import type { Settings } from '../home/settings.ts'
import { clusterOf } from '../home/cluster-file.ts'
import type { ClusterFile } from '../home/cluster-file.ts'
import type { Home } from '../home/home.ts'
import { kubeApi } from '../home/kube-api.ts'
import type { KubeApi } from '../home/kube-api.ts'
import { noServices, serveNetwork } from './node-network.ts'
import { issuedTo } from './node-identity.ts'
import { tokensOver } from './node-tokens.ts'
import { runProcess } from './process.ts'

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

/** The node agent in a process of its own. It appends nothing itself: the control plane writes for it what a node may write. */
export const serveNode = (home: Home, settings: Settings): Promise<void> => {
  const { nodeName } = clusterOf(home)
  return runProcess(
    { home, settings, name: 'node', role: { node: nodeName }, readyPath: readyFile(home, 'node') },
    {},
    async process => {
      const { bus, cut, cluster, logger, onStop } = process
      const net = cluster.runtime.tag === 'containerd' ? await serveNetwork(home, process) : undefined
      const api = await nodeApi(home, cluster)
      onStop({ name: 'api client', stop: async () => api.close() })
      const rootDirectory = home.node(cluster.nodeName)
      const staticPods = join(rootDirectory, 'etc/kubernetes/manifests')
      for (const directory of [rootDirectory, staticPods]) mkdirSync(directory, { recursive: true, mode: 0o700 })
      const runtime = runtimeOf(home, cluster)
      onStop({ name: 'runtime', stop: () => runtime.close() })
      onStop(
        await startNodeAgent({
          bus,
          cut,
          commands: remoteCommands({ bus, subject: nodeSubjects(nodeName).commands }),
          runtime,
          nodeName: cluster.nodeName,
          rootDirectory,
          manifestDirectory: staticPods,
          ...(cluster.runtime.tag === 'containerd' ? { imageDirectory: home.containerd } : {}),
          requestToken: tokensOver(api),
          podCidr: cluster.podCidr,
          ...(net === undefined ? {} : { clusterDns: [net.dns], admitToNetwork: net.admit, services: net.services }),
          ...(cluster.runtime.tag === 'process' ? { services: noServices } : {}),
          cgroupRoot: podsCgroup(home),
          log: logger.for(`node-agent/${cluster.nodeName}`),
        }),
      )
    },
  )
}

/** The API server, as the node that this is. */
const nodeApi = async (home: Home, cluster: ClusterFile): Promise<KubeApi> => {
  const { ca, certificate, key } = await issuedTo(home, cluster.nodeName)
  return kubeApi({ server: `https://127.0.0.1:${cluster.apiPort}`, ca, cert: certificate, key })
}
