import { CannotGoOn, clusterOf } from '@periplus/cluster'
import { keeperOf, openBus, openKeyStore, rotateKeys } from '@periplus/cluster/roles'
import type { Context } from '../context.ts'

/** A new key of the cluster for what is sealed, while it runs. */
export const rotateSecrets = async ({ home, settings, say }: Context): Promise<void> => {
  const { joined } = clusterOf(home)
  // The first host, whose file is given to those that join, would read nothing any more.
  if (joined) throw new CannotGoOn(`this is typed on the host that others joined: ${joined.apiServer}`)
  // Whoever may shred a key may replace it.
  const bus = await openBus(home, settings, 'cli', 'apiserver')
  const keeper = keeperOf(settings)
  try {
    const { id, wrapped } = await rotateKeys(home.secretKeys, await openKeyStore(bus, settings), keeper)
    say(`the cluster key is ${id} now: ${wrapped} keys were wrapped anew; keep ${home.secretKeys} elsewhere again`)
    say('hosts that joined as a control plane need the file too')
  } finally {
    keeper.close()
    await bus.close()
  }
}
