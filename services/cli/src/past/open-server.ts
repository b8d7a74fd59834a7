import { CannotGoOn } from '@periplus/cluster'
import type { Context } from '../context.ts'
import { ServerAway, apiClient } from './api-client.ts'
import type { ApiClient } from './api-client.ts'
import { kubeconfigPath, readKubeconfig } from './kubeconfig.ts'
import type { ServerAccess } from './kubeconfig.ts'

/** The server of the kubeconfig that kubectl would take, and its user there. */
export const serverAccess = ({ kubeconfig, home }: Context): ServerAccess => {
  const path = kubeconfigPath(kubeconfig, home.kubeconfig)
  if (path === undefined) throw new CannotGoOn('there is no kubeconfig: KUBECONFIG names one')
  return readKubeconfig(path)
}

/** That server, for one command. */
export const withServer = async (context: Context, use: (client: ApiClient) => Promise<void>): Promise<void> => {
  const client = apiClient(serverAccess(context))
  try {
    await use(client)
  } catch (error) {
    throw error instanceof ServerAway ? new CannotGoOn(error.message) : error
  } finally {
    client.close()
  }
}
