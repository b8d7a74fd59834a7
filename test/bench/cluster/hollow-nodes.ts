import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TestCluster } from '../../e2e/cluster.ts'

/** So many nodes that run nothing, in a process of their own; resolves when all are there. */
export const hollowNodes = async (cluster: TestCluster, count: number): Promise<ChildProcess> => {
  const hollow = cluster.start('periplus', ['serve', 'hollow-nodes', String(count)])
  while (!existsSync(join(cluster.home, 'logs/hollow-nodes.ready'))) {
    if (hollow.exitCode !== null) throw new Error('the hollow nodes ended')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return hollow
}
