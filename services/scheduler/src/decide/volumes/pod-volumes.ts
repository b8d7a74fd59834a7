import type { Stored } from '@periplus/api'
import { PersistentVolumeClaim, StorageClass, classOfClaim, isFullyBound, isMadeFor, podClaims } from '@periplus/kinds'
import type { Pod, PodClaim } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Cut } from '@periplus/projection'

export type Claim = Stored<PersistentVolumeClaim>

/** A pod's claims, by what has to happen before it can run. */
export interface PodVolumes {
  /** They have their volumes. */
  readonly bound: readonly Claim[]
  /** They get a volume together with the pod's node: `WaitForFirstConsumer`. */
  readonly delayed: readonly Claim[]
}

/** Sorts a pod's claims. Refused in Kubernetes' words where no node will do because of one of them. */
export const podVolumes = (cut: Cut, pod: Stored<Pod>): Either<string, PodVolumes> => {
  const bound: Claim[] = []
  const delayed: Claim[] = []
  let unbound = false
  for (const wanted of podClaims(pod)) {
    const claim = claimOf(cut, pod, wanted)
    if (E.isLeft(claim)) return claim
    if (isFullyBound(claim.right)) bound.push(claim.right)
    else if (!claim.right.spec?.volumeName && waitsForConsumer(cut, claim.right)) delayed.push(claim.right)
    else unbound = true
  }
  return unbound ? E.left('pod has unbound immediate PersistentVolumeClaims') : E.right({ bound, delayed })
}

const claimOf = (cut: Cut, pod: Stored<Pod>, { claimName, isEphemeral }: PodClaim): Either<string, Claim> => {
  const { namespace = '', name } = pod.metadata
  const claim = cut.get(PersistentVolumeClaim, namespace, claimName)
  const quoted = `persistentvolumeclaim ${JSON.stringify(claimName)}`
  if (!claim)
    return E.left(
      isEphemeral ? `waiting for ephemeral volume controller to create the ${quoted}` : `${quoted} not found`,
    )
  if (claim.status?.phase === 'Lost')
    return E.left(`${quoted} bound to non-existent persistentvolume ${JSON.stringify(claim.spec?.volumeName ?? '')}`)
  if (claim.metadata.deletionTimestamp !== undefined) return E.left(`${quoted} is being deleted`)
  if (isEphemeral && !isMadeFor(claim, pod))
    return E.left(`PVC ${namespace}/${claimName} was not created for pod ${namespace}/${name} (pod is not owner)`)
  return E.right(claim)
}

const waitsForConsumer = (cut: Cut, claim: Claim): boolean =>
  cut.get(StorageClass, '', classOfClaim(claim))?.volumeBindingMode === 'WaitForFirstConsumer'
