import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { amend } from '@periplus/controller'
import type { EventDraft } from '@periplus/controller'
import {
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
  classOfClaim,
  defaultClassOf,
  findVolume,
  hasClass,
  isPodTerminated,
  podClaims,
  storageAnnotations,
} from '@periplus/kinds'
import { podsOnNode } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { bind, unbound } from './binding.ts'

type Claim = Stored<PersistentVolumeClaim>

/** What is done about a claim or a volume, what people are told of it, and why. */
export interface Step {
  readonly commands: readonly Command[]
  readonly told?: readonly EventDraft[]
  readonly why: string
}

/** Whether a claim's volume is chosen together with a node for its first pod, so that only the scheduler may choose. */
export const waitsForConsumer = (cut: Cut, claim: Claim): boolean =>
  cut.get(StorageClass, '', classOfClaim(claim))?.volumeBindingMode === 'WaitForFirstConsumer'

/** A claim that names no volume: binds it to the best one there is, or says what it waits for. */
export const seekVolume = (cut: Cut, claim: Claim, now: number): Step => {
  const waits = waitsForConsumer(cut, claim)
  const volume = findVolume(claim, cut.list(PersistentVolume), { keptOnly: waits })
  if (volume) return { commands: bind(volume, claim, now), why: `${volume.metadata.name} is the smallest that will do` }
  const fallback = hasClass(claim) ? undefined : defaultClassOf(cut.list(StorageClass))
  if (fallback)
    return {
      commands: [amend(PersistentVolumeClaim, claim, { spec: { storageClassName: fallback.metadata.name } })],
      why: `it names no class, so it is of ${fallback.metadata.name}`,
    }
  const pending = unbound(claim, 'Pending')
  if (waits && claim.metadata.annotations?.[storageAnnotations.selectedNode] === undefined) {
    const told = forConsumer(cut, claim)
    return { commands: pending, told: [told], why: told.message }
  }
  if (classOfClaim(claim) !== '') return provision(cut, claim, pending)
  const message = 'no persistent volumes available for this claim and no storage class is set'
  return { commands: pending, told: [tell(claim, 'Normal', 'FailedBinding', message)], why: message }
}

export const tell = (
  regarding: EventDraft['regarding'],
  type: EventDraft['type'],
  reason: string,
  message: string,
): EventDraft => ({ regarding, type, reason, message })

const forConsumer = (cut: Cut, claim: Claim): EventDraft => {
  const { namespace, name } = claim.metadata
  const waiting = cut
    .by(podsOnNode, '')
    .filter(pod => pod.metadata.namespace === namespace && !isPodTerminated(pod))
    .filter(pod => podClaims(pod).some(({ claimName }) => claimName === name))
    .map(pod => pod.metadata.name)
  if (waiting.length === 0)
    return tell(claim, 'Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding')
  const pods = waiting.length === 1 ? `pod ${waiting[0]}` : `pods ${waiting.join(',')}`
  return tell(claim, 'Normal', 'WaitForPodScheduled', `waiting for ${pods} to be scheduled`)
}

/** Asks whoever makes volumes of the claim's class for one; a claim names them in annotations. */
const provision = (cut: Cut, claim: Claim, pending: readonly Command[]): Step => {
  const failed = (message: string): Step => ({
    commands: pending,
    told: [tell(claim, 'Warning', 'ProvisioningFailed', message)],
    why: message,
  })
  const name = classOfClaim(claim)
  const provisioner = cut.get(StorageClass, '', name)?.provisioner
  if (provisioner === undefined) return failed(`storageclass.storage.k8s.io ${JSON.stringify(name)} not found`)
  if (provisioner.startsWith('kubernetes.io/')) return failed(`no volume plugin matched name: ${provisioner}`)
  const asked = claim.metadata.annotations?.[storageAnnotations.provisioner] === provisioner
  const annotations = {
    [storageAnnotations.betaProvisioner]: provisioner,
    [storageAnnotations.provisioner]: provisioner,
  }
  return {
    commands: [...pending, ...(asked ? [] : [amend(PersistentVolumeClaim, claim, { metadata: { annotations } })])],
    told: asked
      ? []
      : [
          tell(
            claim,
            'Normal',
            'ExternalProvisioning',
            `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`,
          ),
        ],
    why: `${provisioner} is to make a volume for it`,
  }
}
