import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { E, systemClock } from '@periplus/prelude'
import { clusterInfo, ensureJoining, signingOf } from '@periplus/apiserver'
import type { ClusterSecurity, Pki } from '@periplus/apiserver'
import { runEffect } from '@periplus/controller'
import { CannotGoOn } from '../home/say.ts'
import { natsNodes } from './nats-nodes.ts'
import type { RoleProcess } from './role.ts'

/** What lets other hosts join: whom they may ask, what they are told, their certificates, and their users of NATS. */
export const admitHosts = async (
  process: RoleProcess,
  advertise: string,
  { pki, security }: { readonly pki: Pki; readonly security: ClusterSecurity },
): Promise<void> => {
  const { home, cluster, settings, cut, commands, onBug, onStop, logger } = process
  if (settings.natsUrl !== undefined)
    throw new CannotGoOn('PERIPLUS_ADVERTISE_ADDRESS: hosts can join where NATS is a local server only')
  const environment = { cut, clock: systemClock, onBug }
  const log = logger.for('join')
  const signing = signingOf({ commands, security, pki, clock: systemClock })
  const report: Parameters<typeof runEffect>[1]['report'] = state =>
    void (state.tag === 'Failing' && log.warn('a request is not signed', { reason: state.why }))
  onStop(runEffect(signing, { ...environment, report }))
  onStop(runEffect(natsNodes(home), environment))
  // The rest is the first host's.
  if (cluster.joined) return
  const server = `https://${advertise}:${cluster.apiPort}`
  const nats = `tls://${advertise}:${readFileSync(join(home.nats, 'nats.port'), 'utf8').trim()}`
  const { name, serviceCidr } = cluster
  const ready = await ensureJoining(clusterInfo({ server, ca: pki.ca, nats, name, serviceCidr }), process)
  if (E.isLeft(ready)) throw new CannotGoOn(`hosts cannot join: ${JSON.stringify(ready.left)}`)
}
