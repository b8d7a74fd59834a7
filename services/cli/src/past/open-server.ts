import { CannotGoOn } from '@periplus/cluster'
import { E } from '@periplus/prelude'
import { kubeconfigPath, readKubeconfig } from '@periplus/service'
import type { ServerAccess } from '@periplus/service'
import type { Context } from '../context.ts'
import { ServerAway, apiClient } from './api-client.ts'
import type { ApiClient } from './api-client.ts'

/** The server of the kubeconfig that kubectl would take, and its user there. */
export const serverAccess = ({ kubeconfig, home }: Context): ServerAccess => {
  const path = kubeconfigPath(kubeconfig, home.kubeconfig)
  if (path === undefined) throw new CannotGoOn('there is no kubeconfig: KUBECONFIG names one')
  return serverOf(path)
}

/** The server of a kubeconfig's current context. Throws `CannotGoOn` where it names none that can be asked. */
export const serverOf = (path: string): ServerAccess => {
  const access = readKubeconfig(path)
  if (E.isLeft(access)) throw new CannotGoOn(access.left)
  return access.right
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
