import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { itself, keyOf, recordEvents } from '@periplus/controller'
import type { Controller, Decision, Key, Moment, Watch } from '@periplus/controller'
import { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass, podClaims } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { aboutClaim } from './claim.ts'
import { isPending, pendingClaims } from './pending-claims.ts'
import { aboutVolume } from './volume.ts'

/** A key without a namespace is a volume's, one with a namespace a claim's. */
const decide = (cut: Cut, key: Key, { now }: Moment): Decision => {
  const step = key.namespace === '' ? volumeStep(cut, key, now) : claimStep(cut, key, now)
  if (!step) return { commands: [], why: 'it is gone' }
  const { commands, told = [], why } = step
  return { commands: [...commands, ...recordEvents(cut, now, 'persistentvolume-controller', told)], why }
}

const volumeStep = (cut: Cut, { name }: Key, now: number) => {
  const volume = cut.get(PersistentVolume, '', name)
  return volume && aboutVolume(cut, volume, now)
}

const claimStep = (cut: Cut, { namespace, name }: Key, now: number) => {
  const claim = cut.get(PersistentVolumeClaim, namespace, name)
  return claim && aboutClaim(cut, claim, now)
}

/** A volume that comes, goes or may be had again is news for claims; any change of it is for the claim that it is kept for. */
const volumes: Watch = {
  kind: PersistentVolume,
  keys: ({ before, after }, cut) => {
    const [was, is] = [before as Stored<PersistentVolume> | undefined, after as Stored<PersistentVolume> | undefined]
    const { claimRef } = (is ?? was)?.spec ?? {}
    const kept = claimRef?.name ? [{ namespace: claimRef.namespace ?? '', name: claimRef.name }] : []
    const free = is?.status?.phase === 'Available' && is.status.phase !== was?.status?.phase
    return [...kept, ...(free || !was ? pendingClaims(cut).map(keyOf) : [])]
  },
}

/** A claim that comes or goes is news for the volume that it names, or that is kept for it. */
const claims: Watch = {
  kind: PersistentVolumeClaim,
  keys: ({ before, after }, cut) => {
    const claim = (after ?? before) as Stored<PersistentVolumeClaim> | undefined
    const named = claim?.spec?.volumeName
    if (named) return [{ namespace: '', name: named }]
    if (after || !claim) return []
    return cut
      .list(PersistentVolume)
      .filter(({ spec }) => spec?.claimRef?.uid === claim.metadata.uid)
      .map(keyOf)
  },
}

const classes: Watch = { kind: StorageClass, keys: (_, cut) => pendingClaims(cut).map(keyOf) }

/** A pod without a node is what claims may have waited for. */
const consumers: Watch = {
  kind: Pod,
  keys: ({ before, after }, cut) => {
    const pod = after as Stored<Pod> | undefined
    if (before || !pod || pod.spec?.nodeName) return []
    return podClaims(pod)
      .map(({ claimName: name }) => ({ namespace: pod.metadata.namespace ?? '', name }))
      .filter(({ namespace, name }) => {
        const claim = cut.get(PersistentVolumeClaim, namespace, name)
        return claim !== undefined && isPending(claim)
      })
  },
}

/** Whether a decision gives a volume away or takes it back, which the next one of the round must see. */
const movesVolume = ({ verb, kind }: Command): boolean =>
  verb === 'patch' && kind.group === '' && kind.resource === PersistentVolume.resource

/** Gives claims their volumes, and volumes and claims their phases, as Kubernetes' controller of this name does. */
export const persistentVolumeController: Controller = {
  name: 'persistentvolume',
  version: 1,
  primary: PersistentVolumeClaim,
  watches: [itself(PersistentVolume), volumes, claims, classes, consumers],
  startingKeys: cut => [...cut.list(PersistentVolume).map(keyOf), ...cut.list(PersistentVolumeClaim).map(keyOf)],
  assume: (cut, commands) => (commands.some(movesVolume) ? undefined : cut),
  about: (cut, { namespace, name }) =>
    namespace === '' ? cut.get(PersistentVolume, '', name) : cut.get(PersistentVolumeClaim, namespace, name),
  decide,
}
