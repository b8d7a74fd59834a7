import type { Stored } from '@periplus/api'
import { PersistentVolumeClaim, modesDiffer, storageAnnotations } from '@periplus/kinds'
import type { PersistentVolume } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { phase, unbind } from './binding.ts'
import { tell } from './pending.ts'
import type { Step } from './pending.ts'

type Volume = Stored<PersistentVolume>

/** What a volume needs next: its phase, to be given back, or to be reclaimed once its claim is gone. */
export const aboutVolume = (cut: Cut, volume: Volume, now: number): Step => {
  const { claimRef } = volume.spec ?? {}
  if (!claimRef) return { commands: phase(volume, 'Available', now), why: 'nobody has it' }
  const whose = `${claimRef.namespace}/${claimRef.name}`
  if (!claimRef.uid) return { commands: phase(volume, 'Available', now), why: `it is kept for the claim ${whose}` }
  const found = cut.get(PersistentVolumeClaim, claimRef.namespace ?? '', claimRef.name ?? '')
  const claim = found?.metadata.uid === claimRef.uid ? found : undefined
  if (!claim) return release(volume, now, `its claim ${whose} is gone`)
  const wanted = claim.spec?.volumeName ?? ''
  if (wanted === volume.metadata.name) return { commands: phase(volume, 'Bound', now), why: `${whose} has it` }
  if (wanted !== '') return elsewhere(volume, now, `${whose} has ${wanted} instead`)
  if (!modesDiffer(volume, claim)) return { commands: [], why: `${whose} is about to take it` }
  return {
    commands: [],
    told: [
      tell(
        volume,
        'Warning',
        'VolumeMismatch',
        `Cannot bind PersistentVolume to requested PersistentVolumeClaim ${JSON.stringify(claim.metadata.name)} due to incompatible volumeMode.`,
      ),
      tell(
        claim,
        'Warning',
        'VolumeMismatch',
        `Cannot bind PersistentVolume ${JSON.stringify(volume.metadata.name)} to requested PersistentVolumeClaim due to incompatible volumeMode.`,
      ),
    ],
    why: `${whose} wants another volumeMode`,
  }
}

/** Its claim took another: a volume that was made for the claim goes, every other is given back. */
const elsewhere = (volume: Volume, now: number, why: string): Step =>
  volume.metadata.annotations?.[storageAnnotations.provisionedBy] !== undefined &&
  volume.spec?.persistentVolumeReclaimPolicy === 'Delete'
    ? release(volume, now, why)
    : { commands: unbind(volume, now), why }

/** Whoever makes such volumes also removes what was made; what nobody makes is never removed. */
const release = (volume: Volume, now: number, why: string): Step => {
  const { phase: known } = volume.status ?? {}
  const { persistentVolumeReclaimPolicy: policy, csi } = volume.spec ?? {}
  const maker = volume.metadata.annotations?.[storageAnnotations.provisionedBy] ?? csi?.driver
  if (policy === 'Recycle')
    return failed(volume, now, 'VolumeFailedRecycle', 'No recycler plugin found for the volume!')
  if (policy === 'Delete' && maker === undefined)
    return failed(
      volume,
      now,
      'VolumeFailedDelete',
      `error getting deleter volume plugin for volume ${JSON.stringify(volume.metadata.name)}: no deletable volume plugin matched`,
    )
  return {
    commands: known === 'Released' || known === 'Failed' ? [] : phase(volume, 'Released', now),
    why: policy === 'Delete' ? `${why}: ${maker} is to remove it` : `${why}, and its data is kept`,
  }
}

const failed = (volume: Volume, now: number, reason: string, message: string): Step => ({
  commands: phase(volume, 'Failed', now, message),
  told: volume.status?.phase === 'Failed' ? [] : [tell(volume, 'Warning', reason, message)],
  why: message,
})
