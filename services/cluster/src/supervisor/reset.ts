import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { unmountBelow } from '@periplus/service'
import { endAll } from './down.ts'
import { forgetContainers } from './containers.ts'
import type { Home } from '../home/home.ts'
import { CannotGoOn } from '../home/say.ts'
import type { Say } from '../home/say.ts'
import { takeOver } from './take-over.ts'

/** Stops the cluster and forgets everything but what was installed (tools and built images). */
export const reset = async (home: Home, say: Say): Promise<void> => {
  const taken = await takeOver(home)
  if (!taken) return say('there is no cluster to forget')
  try {
    await endAll(home, taken, say)
    await forgetContainers(home, say)
    // Volumes in memory outlive the pods of a cluster that was only stopped.
    const [mounted] = await unmountBelow([home.nodes, home.containerd])
    if (mounted !== undefined)
      throw new CannotGoOn(
        `${mounted} cannot be unmounted, and what is mounted there must not be removed with the cluster`,
      )
    for (const name of forgotten) rmSync(join(home.directory, name), { recursive: true, force: true })
  } finally {
    await taken.lock.release()
  }
  say(`the cluster is forgotten; what was installed stays in ${home.tools}`)
}

const forgotten = [
  ...['cluster.json', 'nats-servers.json', 'restored.backup', 'supervisor.json', 'kubeconfig', 'pki'],
  ...['nats', 'archive', 'redis', 'feed', 'consumers', 'nodes', 'logs', 'audit', 'log-buffers', 'containerd'],
]
