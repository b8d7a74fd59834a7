import { CannotGoOn } from '@periplus/cluster'
import type { Context } from '../context.ts'
import { ServerAway, apiClient } from './api-client.ts'
import type { ApiClient } from './api-client.ts'
import { kubeconfigPath, readKubeconfig } from './kubeconfig.ts'

/** The API server of the kubeconfig that kubectl would take, for one command; by the rights of its user. */
export const withServer = async (
  { home }: Pick<Context, 'home'>,
  use: (client: ApiClient) => Promise<void>,
): Promise<void> => {
  const path = kubeconfigPath(process.env['KUBECONFIG'], home.kubeconfig)
  if (path === undefined) throw new CannotGoOn('there is no kubeconfig: KUBECONFIG names one')
  const client = apiClient(readKubeconfig(path))
  try {
    await use(client)
  } catch (error) {
    if (!(error instanceof ServerAway)) throw error
    throw new CannotGoOn(error.message)
  } finally {
    client.close()
  }
}
