import type { Home } from '../home/home.ts'
import { readCluster } from '../home/cluster-file.ts'
import { adminApi, nodeApi } from '../home/kube-api.ts'
import { CannotGoOn } from '../home/say.ts'

const patience = 60_000

interface NodeStatus {
  readonly status?: { readonly conditions?: readonly { type: string; status: string; message?: string }[] }
}

/** Resolves when the node is Ready; gives up after a minute with what the node says of itself. */
export const waitForNode = async (home: Home, name: string): Promise<void> => {
  const cluster = readCluster(home)
  const api = cluster?.joined ? nodeApi(home, cluster) : adminApi(home)
  let said = 'it has not registered'
  try {
    for (const end = performance.now() + patience; performance.now() < end;) {
      const answer = await api.get(`/api/v1/nodes/${name}`).catch(() => undefined)
      const { conditions } = (answer?.body as NodeStatus | undefined)?.status ?? {}
      const ready = conditions?.find(condition => condition.type === 'Ready')
      if (answer?.status === 200 && ready?.status === 'True') return
      said = answer === undefined ? 'the API server does not answer' : (ready?.message ?? said)
      await new Promise(resolve => setTimeout(resolve, 25))
    }
  } finally {
    api.close()
  }
  throw new CannotGoOn(`node ${name} is not Ready: ${said}`)
}
