import { CannotGoOn, readCluster } from '@periplus/cluster'
import type { Context } from '../context.ts'
import { ServerAway, apiClient } from './api-client.ts'
import { apiPast } from './api-past.ts'
import type { ServerAccess } from '@periplus/service'
import { serverAccess } from './open-server.ts'
import type { Past } from './past.ts'

/** Whether the server is that of the cluster in the home. */
const isOwn = ({ home }: Context, { server }: ServerAccess): boolean => {
  const { hostname, port } = new URL(server)
  return ['127.0.0.1', '[::1]', 'localhost'].includes(hostname) && Number(port) === readCluster(home)?.apiPort
}

/**
 * The past for one command: what the API server shows to the kubeconfig's user. Where no server answers, whoever has the cluster's home
 * reads its log, which is said.
 */
export const withPast = async (context: Context, use: (past: Past) => Promise<void>): Promise<void> => {
  const access = serverAccess(context)
  const client = apiClient(access)
  try {
    await use(apiPast(client, access.ca ?? '', context.note))
  } catch (error) {
    if (!(error instanceof ServerAway)) throw error
    if (!isOwn(context, access)) throw new CannotGoOn(error.message)
    context.note(`${error.message}; this is read from the log itself, with the cluster's own credentials`)
    // Most of the house, which whoever asks a server does without.
    const { logPast, withLog } = await import('./log-past.ts')
    await withLog(context, async (log, bus) => use(await logPast(context, log, bus)))
  } finally {
    client.close()
  }
}
