import { compareQuantities, quantityOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import {
  PersistentVolume,
  StorageClass,
  classOfClaim,
  isVolumeOf,
  localPath,
  storageAnnotations,
  volumeMismatch,
} from '@periplus/kinds'
import type { PersistentVolumeClaim } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { bind, unbound } from './binding.ts'
import { seekVolume, tell } from './pending.ts'
import type { Step } from './pending.ts'

type Claim = Stored<PersistentVolumeClaim>

/** What a claim needs next: a volume, the rest of its binding, or to be told that its volume is lost. */
export const aboutClaim = (cut: Cut, claim: Claim, now: number): Step => {
  const isBound = claim.metadata.annotations?.[storageAnnotations.bindCompleted] !== undefined
  const wanted = claim.spec?.volumeName ?? ''
  if (isBound) return keepBound(cut, claim, wanted, now)
  return wanted === '' ? seekVolume(cut, claim, now) : takeNamed(cut, claim, wanted, now)
}

const takeNamed = (cut: Cut, claim: Claim, wanted: string, now: number): Step => {
  const volume = cut.get(PersistentVolume, '', wanted)
  const pending = unbound(claim, 'Pending')
  if (!volume) return { commands: pending, why: `it asks for the volume ${wanted}, which is not there` }
  if (isVolumeOf(volume, claim)) return { commands: bind(volume, claim, now), why: `${wanted} is kept for it` }
  if (volume.spec?.claimRef) {
    const message = `volume ${JSON.stringify(wanted)} already bound to a different claim.`
    return { commands: pending, told: [tell(claim, 'Warning', 'FailedBinding', message)], why: message }
  }
  const mismatch = volumeMismatch(volume, claim)
  if (mismatch === undefined) return { commands: bind(volume, claim, now), why: `it asks for ${wanted}` }
  const message = `Cannot bind to requested volume ${JSON.stringify(wanted)}: ${mismatch}`
  return { commands: pending, told: [tell(claim, 'Warning', 'VolumeMismatch', message)], why: message }
}

const keepBound = (cut: Cut, claim: Claim, wanted: string, now: number): Step => {
  const lost = (reason: string, message: string): Step => ({
    commands: unbound(claim, 'Lost'),
    told: claim.status?.phase === 'Lost' ? [] : [tell(claim, 'Warning', reason, message)],
    why: message,
  })
  if (wanted === '')
    return lost('ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!')
  const volume = cut.get(PersistentVolume, '', wanted)
  if (!volume) return lost('ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!')
  const { claimRef } = volume.spec ?? {}
  if (claimRef && claimRef.uid !== claim.metadata.uid)
    return lost('ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly')
  const grower = growerOf(cut, claim)
  return {
    commands: bind(volume, claim, now),
    told:
      grower === undefined
        ? []
        : [tell(claim, 'Normal', 'ExternalExpanding', 'waiting for an external controller to expand this PVC')],
    why: grower === undefined ? `it is bound to ${wanted}` : `${grower} is to make ${wanted} larger`,
  }
}

/** Who else is to make its volume larger, if it asks for more than it has. */
const growerOf = (cut: Cut, { spec, status, ...claim }: Claim): string | undefined => {
  const [asked, has] = [spec?.resources?.requests?.['storage'], status?.capacity?.['storage']]
  if (status?.phase !== 'Bound' || compareQuantities(quantityOf(asked), quantityOf(has)) <= 0) return undefined
  const provisioner = cut.get(StorageClass, '', classOfClaim({ ...claim, spec }))?.provisioner
  return provisioner === localPath.provisioner ? undefined : provisioner
}
