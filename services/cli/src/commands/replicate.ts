import { asAdministrator, CannotGoOn, clusterOf, readNatsServers } from '@periplus/cluster'
import { changeServers, gatherServers, moveLog, presentServers, tellReplicated } from '@periplus/cluster/roles'
import { ensureTools, takeOver, up } from '@periplus/cluster/supervisor'
import type { Context } from '../context.ts'

/**
 * From one server that keeps the log to three or more. The first host stops meanwhile, but for its pods: what is copied must stand still.
 * Typed again, it goes on with what was broken off, and takes in hosts that joined later.
 */
export const replicate = async ({ home, settings, say }: Context): Promise<void> => {
  const { nodeName, joined } = clusterOf(home)
  if (joined) throw new CannotGoOn(`this is typed on the host that others joined: ${joined.apiServer}`)
  if (settings.natsUrl !== undefined) throw new CannotGoOn('the log is on a NATS of your own (PERIPLUS_NATS_URL)')
  const before = readNatsServers(home)
  if (before?.replicated)
    return asAdministrator(home, async api => {
      const present = (await presentServers(api)) ?? before.servers
      await changeServers({ home, api, say }, present)
    })
  const servers = await gatherServers(home)
  const names = servers.map(({ name }) => name).join(', ')
  const { natsServer: binary } = await ensureTools(home, settings, say)
  if (binary === undefined) throw new CannotGoOn('there is no NATS server to start')
  say(`the log is copied to ${names}; nothing is written meanwhile`)
  const begun = performance.now()
  const taken = await takeOver(home)
  try {
    await moveLog({ home, settings, binary, servers, nodeName, say })
  } finally {
    await taken?.lock.release()
    await up(home, settings, () => undefined)
  }
  await asAdministrator(home, api => tellReplicated(api, servers))
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  say(`the log is kept by ${names}; this host was stopped for ${seconds} s`)
}
