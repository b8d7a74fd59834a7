import { join } from 'node:path'
import type { TestCluster } from '../../e2e/cluster.ts'
import type { Server } from './kube-apiserver.ts'

/**
 * A cluster as `make up` makes one, but for its containers: its control plane, with controllers and scheduler in the same process, counts as
 * the API server, and NATS and Redis as the store.
 */
export const startPeriplus = async (cluster: TestCluster): Promise<Server> => {
  const { code, stdout, stderr } = await cluster.periplus('up')
  if (code !== 0) throw new Error(stderr + stdout)
  const { 'control-plane': apiserver = 0, nats = 0, redis = 0 } = cluster.processes()
  return { kubeconfig: join(cluster.home, 'kubeconfig'), pids: { apiserver, nats, redis }, stop: async () => undefined }
}
