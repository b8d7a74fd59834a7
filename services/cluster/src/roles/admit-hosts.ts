import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { E, systemClock } from '@periplus/prelude'
import { bootstrapOrigin, clusterInfo, ensureJoining } from '@periplus/apiserver'
import type { Pki } from '@periplus/apiserver'
import { runEffect } from '@periplus/controller'
import { ConfigMap } from '@periplus/kinds'
import { natsUrlOf } from '../home/connections.ts'
import { readNatsServers } from '../home/nats-servers.ts'
import { CannotGoOn } from '../home/say.ts'
import { natsNodes } from './nats-nodes.ts'
import { isOfAnotherCluster, natsServersName, toldNatsServers } from './nats-servers.ts'
import type { RoleProcess } from './role.ts'

/** Who joins would take the servers of the cluster that a backup is of for this one's. */
const forgetOthersServers = async ({ home, cut, commands }: RoleProcess): Promise<void> => {
  if (!isOfAnotherCluster(home, toldNatsServers(cut))) return
  const ref = { group: '', resource: 'configmaps', ...natsServersName }
  const gone = await commands.execute({ verb: 'delete', kind: ConfigMap, ref, options: {} }, bootstrapOrigin)
  if (E.isLeft(gone))
    throw new CannotGoOn(`another cluster's servers cannot be forgotten: ${JSON.stringify(gone.left)}`)
}

/** What lets other hosts join: whom they may ask, what they are told, and their users of NATS. */
export const admitHosts = async (process: RoleProcess, advertise: string, pki: Pki): Promise<void> => {
  const { home, cluster, settings, cut, onBug, onStop } = process
  if (settings.natsUrl !== undefined)
    throw new CannotGoOn('PERIPLUS_ADVERTISE_ADDRESS: hosts can join where NATS is a local server only')
  const environment = { cut, clock: systemClock, onBug }
  onStop(runEffect(natsNodes(home), environment))
  // The rest is the first host's.
  if (cluster.joined) return
  const server = `https://${advertise}:${cluster.apiPort}`
  await forgetOthersServers(process)
  const own = { address: advertise, port: Number(readFileSync(join(home.nats, 'nats.port'), 'utf8')) }
  const servers = readNatsServers(home)
  const nats = (servers?.replicated ? servers.servers : [own]).map(natsUrlOf).join(',')
  const { name, serviceCidr } = cluster
  const ready = await ensureJoining(clusterInfo({ server, ca: pki.ca, nats, name, serviceCidr }), process)
  if (E.isLeft(ready)) throw new CannotGoOn(`hosts cannot join: ${JSON.stringify(ready.left)}`)
}
