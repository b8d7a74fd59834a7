import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { E, systemClock } from '@periplus/prelude'
import { clusterInfo, ensureJoining } from '@periplus/apiserver'
import type { Pki } from '@periplus/apiserver'
import { runEffect } from '@periplus/controller'
import { CannotGoOn } from '../home/say.ts'
import { natsNodes } from './nats-nodes.ts'
import type { RoleProcess } from './role.ts'

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
  const nats = `tls://${advertise}:${readFileSync(join(home.nats, 'nats.port'), 'utf8').trim()}`
  const { name, serviceCidr } = cluster
  const ready = await ensureJoining(clusterInfo({ server, ca: pki.ca, nats, name, serviceCidr }), process)
  if (E.isLeft(ready)) throw new CannotGoOn(`hosts cannot join: ${JSON.stringify(ready.left)}`)
}
