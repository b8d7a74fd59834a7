import type { Stored } from '@periplus/api'
import { keyOf } from '@periplus/controller'
import type { Key, Watch } from '@periplus/controller'
import type { Pod } from '@periplus/kinds'
import {
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
  podClaims,
} from '@periplus/kinds'
import { podsOnNode } from '@periplus/projection'
import type { Cut } from '@periplus/projection'

/** By the cut's list of pods without a node, which stays the same array while none changes. */
const known = new WeakMap<readonly Stored<Pod>[], readonly Stored<Pod>[]>()

/** Pods without a node that have claims. */
const claimants = (cut: Cut): readonly Stored<Pod>[] => {
  const pods = cut.by(podsOnNode, '')
  const found = known.get(pods) ?? pods.filter(pod => podClaims(pod).length > 0)
  known.set(pods, found)
  return found
}

const claimantsOf = (cut: Cut, namespace: string, name: string): readonly Key[] =>
  claimants(cut)
    .filter(pod => pod.metadata.namespace === namespace && podClaims(pod).some(({ claimName }) => claimName === name))
    .map(keyOf)

/**
 * A claim is news for the pods that wait for it; a volume that may be had, a class, or what is said of drivers, for all that wait for
 * claims.
 */
export const volumeWatches: readonly Watch[] = [
  {
    kind: PersistentVolumeClaim,
    keys: ({ before, after }, cut) => {
      const claim = after ?? before
      return claim ? claimantsOf(cut, claim.metadata.namespace ?? '', claim.metadata.name) : []
    },
  },
  {
    kind: PersistentVolume,
    keys: ({ before, after }, cut) => {
      const [was, is] = [before as PersistentVolume | undefined, after as PersistentVolume | undefined]
      const isNews = is?.status?.phase === 'Available' && was?.status?.phase !== 'Available'
      return isNews ? claimants(cut).map(keyOf) : []
    },
  },
  ...[StorageClass, CSINode, CSIDriver, CSIStorageCapacity].map(kind => ({
    kind,
    keys: (_: unknown, cut: Cut) => claimants(cut).map(keyOf),
  })),
]
