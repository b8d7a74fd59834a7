import { UnusableKey, ensurePki } from '@periplus/apiserver'
import type { Pki } from '@periplus/apiserver'
import { systemClock } from '@periplus/prelude'
import { clusterOf } from '../home/cluster-file.ts'
import { natsServerName } from '../home/connections.ts'
import type { Home } from '../home/home.ts'
import { CannotGoOn } from '../home/say.ts'
import type { Issued } from './renew-issued.ts'

/** The cluster's keys and certificates; a file that cannot be used ends the process with one line. */
export const clusterPki = async (home: Home, serviceIp?: string, advertise?: string): Promise<Pki> => {
  try {
    return await ensurePki({
      home: home.directory,
      clock: systemClock,
      ...(serviceIp === undefined ? {} : { serviceIp }),
      ...(advertise === undefined ? {} : { extraNames: [advertise] }),
    })
  } catch (error) {
    throw error instanceof UnusableKey ? new CannotGoOn(error.message) : error
  }
}

/** Issues the certificates of the node and of NATS, before they start: they have no use of the authority's key themselves. */
export const issueTo = async (home: Home, nodeName: string): Promise<void> => {
  const { advertise } = clusterOf(home)
  const pki = await clusterPki(home, undefined, advertise)
  await pki.node(nodeName)
  await natsPeer(pki, advertise)
}

const natsPeer = async (pki: Pki, advertise: string | undefined): Promise<Issued['peer']> =>
  advertise === undefined ? undefined : pki.peer('nats', 'nats', [advertise, natsServerName])

/** What this host's servers and clients show, of which that is issued anew that is about to end. */
export const issuedBy = async (pki: Pki, advertise: string | undefined): Promise<Issued> => {
  const { serving, admin, frontProxy } = pki
  const peer = await natsPeer(pki, advertise)
  return { serving, admin, frontProxy: frontProxy.client, ...(peer ? { peer } : {}) }
}
