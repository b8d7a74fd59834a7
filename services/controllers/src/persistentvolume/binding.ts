import { formatTime } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { amend } from '@periplus/controller'
import { PersistentVolume, PersistentVolumeClaim, reservation, storageAnnotations } from '@periplus/kinds'
import { writeStatus } from '../status/write-status.ts'

type Claim = Stored<PersistentVolumeClaim>
type Volume = Stored<PersistentVolume>

const { bindCompleted, boundByController } = storageAnnotations

/**
 * What is missing of a binding, the volume's side first: from then on the volume is the claim's, and whatever stops the rest is made up
 * for when either is looked at again.
 */
export const bind = (volume: Volume, claim: Claim, now: number): readonly Command[] => [
  ...reserve(volume, claim),
  ...phase(volume, 'Bound', now),
  ...point(claim, volume),
  ...bound(claim, volume),
]

const reserve = (volume: Volume, claim: Claim): readonly Command[] => {
  const body = reservation(volume, claim)
  return body ? [amend(PersistentVolume, volume, body)] : []
}

const point = (claim: Claim, volume: Volume): readonly Command[] => {
  const { annotations } = claim.metadata
  const points = claim.spec?.volumeName === volume.metadata.name
  const missing = {
    ...(points || annotations?.[boundByController] !== undefined ? {} : { [boundByController]: 'yes' }),
    ...(annotations?.[bindCompleted] === undefined ? { [bindCompleted]: 'yes' } : {}),
  }
  if (points && Object.keys(missing).length === 0) return []
  return [
    amend(PersistentVolumeClaim, claim, {
      ...(Object.keys(missing).length > 0 ? { metadata: { annotations: missing } } : {}),
      ...(points ? {} : { spec: { volumeName: volume.metadata.name } }),
    }),
  ]
}

/** How much a claim has is told when it gets it; afterwards it is for whoever makes the volume larger to tell. */
const bound = (claim: Claim, { spec }: Volume): readonly Command[] => {
  const capacity = claim.status?.phase === 'Bound' ? claim.status.capacity : spec?.capacity
  const command = writeStatus(PersistentVolumeClaim, claim, {
    ...claim.status,
    phase: 'Bound',
    accessModes: spec?.accessModes,
    capacity,
    ...(spec?.volumeAttributesClassName !== undefined && claim.status?.phase !== 'Bound'
      ? { currentVolumeAttributesClassName: spec.volumeAttributesClassName }
      : {}),
  })
  return command ? [command] : []
}

/** A claim that has no volume: how it is, and nothing of one that it had. */
export const unbound = (claim: Claim, name: 'Pending' | 'Lost'): readonly Command[] => {
  const {
    accessModes: _,
    capacity: __,
    currentVolumeAttributesClassName: ___,
    ...rest
  } = claim.status ?? { phase: undefined }
  const command = writeStatus(PersistentVolumeClaim, claim, { ...rest, phase: name })
  return command ? [command] : []
}

export type VolumePhase = 'Available' | 'Bound' | 'Released' | 'Failed'

/** A volume's phase, and since when. */
export const phase = (volume: Volume, name: VolumePhase, now: number, message?: string): readonly Command[] => {
  if (volume.status?.phase === name) return []
  const { reason: _, ...rest } = volume.status ?? { reason: undefined }
  const command = writeStatus(PersistentVolume, volume, {
    ...rest,
    phase: name,
    message,
    lastPhaseTransitionTime: formatTime(now),
  })
  return command ? [command] : []
}

/** Gives a volume back: one that the controller had chosen is anybody's, one that somebody kept for a claim's name stays kept. */
export const unbind = (volume: Volume, now: number): readonly Command[] => [
  amend(
    PersistentVolume,
    volume,
    volume.metadata.annotations?.[boundByController] === undefined
      ? { spec: { claimRef: { uid: null, resourceVersion: null } } }
      : { metadata: { annotations: { [boundByController]: null } }, spec: { claimRef: null } },
  ),
  ...phase(volume, 'Available', now),
]
