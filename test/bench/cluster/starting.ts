import { removeCluster, testCluster } from '../../e2e/cluster.ts'
import type { TestCluster } from '../../e2e/cluster.ts'
import { proportionalMiB } from '../processes.ts'
import type { Report } from './report.ts'

const secondsUp = async (cluster: TestCluster): Promise<string> => {
  const begun = performance.now()
  const { code, stdout, stderr } = await cluster.periplus('up')
  if (code !== 0) throw new Error(stderr + stdout)
  return `${((performance.now() - begun) / 1000).toFixed(1)} s`
}

const memory = (cluster: TestCluster): string =>
  `${Object.values(cluster.processes())
    .reduce((sum, pid) => sum + proportionalMiB(pid), 0)
    .toFixed(0)} MiB`

/** From `periplus up` to a node that is Ready, and what an idle cluster holds, with whatever runs containers on this machine. */
export const measureStart = async ({ row }: Report): Promise<void> => {
  const cluster = testCluster()
  try {
    row('first up, node Ready', await secondsUp(cluster))
    await cluster.periplus('down')
    row('up on built code, node Ready', await secondsUp(cluster), '3 s')
    const names = Object.keys(cluster.processes()).join(', ')
    row(`memory of all processes, idle (${names})`, memory(cluster), '400 MB')
  } finally {
    await removeCluster(cluster)
  }
}
