import { UnusableKey, ensurePki } from '@periplus/apiserver'
import type { Pki } from '@periplus/apiserver'
import { systemClock } from '@periplus/prelude'
import type { Home } from '../home/home.ts'
import { CannotGoOn } from '../home/say.ts'

/** The cluster's keys and certificates; a file that cannot be used ends the process with one line. */
export const clusterPki = async (home: Home, serviceIp?: string): Promise<Pki> => {
  try {
    return await ensurePki({
      home: home.directory,
      clock: systemClock,
      ...(serviceIp === undefined ? {} : { serviceIp }),
    })
  } catch (error) {
    throw error instanceof UnusableKey ? new CannotGoOn(error.message) : error
  }
}

/** Issues the node's certificate, before the node starts: it has no use of the authority's key itself. */
export const issueTo = async (home: Home, nodeName: string): Promise<void> => {
  await (await clusterPki(home)).node(nodeName)
}
