import type { Stored } from '@periplus/api'
import { PersistentVolumeClaim, storageAnnotations } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

type Claim = Stored<PersistentVolumeClaim>

/** Whether a claim is still to be bound. */
export const isPending = ({ metadata }: Claim): boolean =>
  metadata.annotations?.[storageAnnotations.bindCompleted] === undefined

/** By the cut's list of claims, which stays the same array while none changes. */
const known = new WeakMap<readonly Claim[], readonly Claim[]>()

/** Claims that are still to be bound. */
export const pendingClaims = (cut: Cut): readonly Claim[] => {
  const claims = cut.list(PersistentVolumeClaim)
  const found = known.get(claims) ?? claims.filter(isPending)
  known.set(claims, found)
  return found
}
