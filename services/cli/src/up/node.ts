import { mkdirSync } from 'node:fs'
import { containerdRuntime, hollowRuntime } from '@periplus/runtime'
import type { ContainerRuntime } from '@periplus/runtime'
import { start as startNodeAgent } from '@periplus/node-agent'
import { systemClock } from '@periplus/prelude'
import { readyFile } from './children.ts'
import type { Settings } from './children.ts'
import type { ClusterFile } from './cluster-file.ts'
import type { Home } from './home.ts'
import { runProcess } from './process.ts'
import { CannotGoOn } from './say.ts'

const runtimeOf = (cluster: ClusterFile): ContainerRuntime => {
  switch (cluster.runtime.tag) {
    case 'containerd':
      return containerdRuntime({ address: cluster.runtime.address })
    case 'hollow':
      return hollowRuntime({ clock: systemClock, nodeName: cluster.nodeName, podCidr: cluster.podCidr })
    case 'process':
      throw new CannotGoOn('plain processes are not a runtime yet')
  }
}

/** The node agent in a process of its own. */
export const serveNode = (home: Home, settings: Settings): Promise<void> =>
  runProcess(
    { home, settings, name: 'node', readyPath: readyFile(home, 'node') },
    {},
    async ({ cut, commands, cluster, logger, onStop }) => {
      const rootDirectory = home.node(cluster.nodeName)
      mkdirSync(rootDirectory, { recursive: true, mode: 0o700 })
      const runtime = runtimeOf(cluster)
      onStop({ name: 'runtime', stop: () => runtime.close() })
      onStop(
        await startNodeAgent({
          cut,
          commands,
          runtime,
          nodeName: cluster.nodeName,
          rootDirectory,
          podCidr: cluster.podCidr,
          log: logger.for(`node-agent/${cluster.nodeName}`),
        }),
      )
    },
  )
