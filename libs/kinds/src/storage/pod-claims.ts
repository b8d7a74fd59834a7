import type { Stored } from '@periplus/api'
import type { PersistentVolumeClaim } from '../core/v1/persistent-volume-claim/schema.ts'
import type { Pod } from '../core/v1/pod/schema.ts'
import type { Volume } from '../core/v1/volumes.ts'

/** A volume of a pod that is a claim. */
export interface PodClaim {
  /** The pod's volume. */
  readonly volume: Volume
  /** In the pod's namespace. */
  readonly claimName: string
  /** Made for the pod, and gone with it. */
  readonly isEphemeral: boolean
}

/** The claims that a pod's volumes are, in their order; that of an ephemeral volume is called after pod and volume. */
export const podClaims = ({ metadata, spec }: Pod): readonly PodClaim[] =>
  (spec?.volumes ?? []).flatMap((volume): readonly PodClaim[] => {
    if (volume.persistentVolumeClaim)
      return [{ volume, claimName: volume.persistentVolumeClaim.claimName, isEphemeral: false }]
    if (volume.ephemeral) return [{ volume, claimName: `${metadata?.name}-${volume.name}`, isEphemeral: true }]
    return []
  })

/** Whether a claim was made for an ephemeral volume of this very pod, and not by somebody else under its name. */
export const isMadeFor = ({ metadata: claim }: Stored<PersistentVolumeClaim>, { metadata: pod }: Pod): boolean =>
  claim.namespace === pod?.namespace &&
  (claim.ownerReferences ?? []).some(owner => owner.controller === true && owner.uid === pod?.uid)
