import { compareQuantities, quantityOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { amend } from '@periplus/controller'
import { PersistentVolume, PersistentVolumeClaim, isFullyBound, localPath, storageAnnotations } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { Step } from '../persistentvolume/pending.ts'
import { writeStatus } from '../status/write-status.ts'

/** A claim that asks for more than it has: a directory without a quota grows by saying so. `undefined`: it has what it asks for. */
export const grow = (cut: Cut, claim: Stored<PersistentVolumeClaim>): Step | undefined => {
  const asked = claim.spec?.resources?.requests?.['storage']
  const volume = cut.get(PersistentVolume, '', claim.spec?.volumeName ?? '')
  if (!isFullyBound(claim) || asked === undefined || claim.status?.phase !== 'Bound') return undefined
  if (!volume || volume.metadata.annotations?.[storageAnnotations.provisionedBy] !== localPath.provisioner)
    return undefined
  const exceeds = (has: string | undefined): boolean => compareQuantities(quantityOf(asked), quantityOf(has)) > 0
  if (!exceeds(claim.status.capacity?.['storage'])) return undefined
  const told = writeStatus(PersistentVolumeClaim, claim, { ...claim.status, capacity: { storage: asked } })
  return {
    commands: [
      ...(exceeds(volume.spec?.capacity?.['storage'])
        ? [amend(PersistentVolume, volume, { spec: { capacity: { storage: asked } } })]
        : []),
      ...(told ? [told] : []),
    ],
    told: [
      {
        regarding: claim,
        type: 'Normal',
        reason: 'VolumeResizeSuccessful',
        message: 'Resize volume succeeded',
      },
    ],
    why: `it may hold ${asked} now`,
  }
}
