import type { Pod } from '@periplus/kinds'
import type { EarlyAddresses } from './policed-pods.ts'

/** Addresses that pods got just now, until the log has them; of pods that are gone, nothing is kept. */
export const earlyAddresses = () => {
  const addresses = new Map<string, string>()
  let last: { readonly pods: readonly Pod[]; readonly known: EarlyAddresses } | undefined
  return {
    add: (uid: string, ip: string): void => {
      addresses.set(uid, ip)
      last = undefined
    },
    /** The same map for as long as nothing in it changes. */
    known: (pods: readonly Pod[]): EarlyAddresses => {
      if (addresses.size === 0) return none
      if (last?.pods === pods) return last.known
      const told = new Map(pods.map(({ metadata, status }) => [metadata?.uid ?? '', status?.podIP]))
      for (const [uid, ip] of addresses) if (!told.has(uid) || told.get(uid) === ip) addresses.delete(uid)
      last = { pods, known: new Map(addresses) }
      return last.known
    },
  }
}

const none: EarlyAddresses = new Map()
