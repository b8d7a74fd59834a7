import { mkdirSync } from 'node:fs'
import { containerdRuntime, hollowRuntime, processRuntime } from '@periplus/runtime'
import type { ContainerRuntime } from '@periplus/runtime'
import { start as startNodeAgent } from '@periplus/node-agent'
import { systemClock } from '@periplus/prelude'
import { podsCgroup } from './cgroups.ts'
import { readyFile } from './children.ts'
import { clusterPki } from './cluster-pki.ts'
import type { Settings } from './children.ts'
import type { ClusterFile } from './cluster-file.ts'
import type { Home } from './home.ts'
import { kubeApi } from './kube-api.ts'
import type { KubeApi } from './kube-api.ts'
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

/** The node agent in a process of its own. */
export const serveNode = (home: Home, settings: Settings): Promise<void> =>
  runProcess(
    { home, settings, name: 'node', readyPath: readyFile(home, 'node') },
    {},
    async ({ bus, cut, commands, cluster, logger, onStop }) => {
      const api = await nodeApi(home, cluster)
      onStop({ name: 'api client', stop: async () => api.close() })
      const rootDirectory = home.node(cluster.nodeName)
      mkdirSync(rootDirectory, { recursive: true, mode: 0o700 })
      const runtime = runtimeOf(home, cluster)
      onStop({ name: 'runtime', stop: () => runtime.close() })
      onStop(
        await startNodeAgent({
          bus,
          cut,
          commands,
          runtime,
          nodeName: cluster.nodeName,
          rootDirectory,
          ...(cluster.runtime.tag === 'containerd' ? { imageDirectory: home.containerd } : {}),
          requestToken: tokensOver(api),
          podCidr: cluster.podCidr,
          cgroupRoot: podsCgroup(home),
          log: logger.for(`node-agent/${cluster.nodeName}`),
        }),
      )
    },
  )

/** The API server, as the node that this is. */
const nodeApi = async (home: Home, cluster: ClusterFile): Promise<KubeApi> => {
  const pki = await clusterPki(home)
  const { certificate, key } = await pki.node(cluster.nodeName)
  return kubeApi({ server: `https://127.0.0.1:${cluster.apiPort}`, ca: pki.ca, cert: certificate, key })
}
