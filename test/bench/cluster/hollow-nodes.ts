import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TestCluster } from '../../e2e/cluster.ts'

/** MiB of the heap of nodes that have all pods of a cluster in one process: Node's own limit is 4 GiB. */
const mostHeap = 16_384

/** So many nodes that run nothing, in a process of their own; resolves when all are there. */
export const hollowNodes = async (cluster: TestCluster, count: number): Promise<ChildProcess> => {
  const hollow = cluster.start('periplus', ['serve', 'hollow-nodes', String(count)], {
    NODE_OPTIONS: `--max-old-space-size=${mostHeap}`,
  })
  while (!existsSync(join(cluster.home, 'logs/hollow-nodes.ready'))) {
    if (hollow.exitCode !== null) throw new Error('the hollow nodes ended')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return hollow
}
