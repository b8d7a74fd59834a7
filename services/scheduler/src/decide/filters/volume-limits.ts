import type { Stored } from '@periplus/api'
import {
  CSINode,
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
  classOfClaim,
  csiVolumeName,
  podClaims,
} from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { resolvable } from '../plugin.ts'
import type { Filter } from '../plugin.ts'

interface DriverVolume {
  readonly driver: string
  /** As nodes call it; of one that is yet to be made, the claim's. */
  readonly name: string
}

/** What of a pod's claims comes from storage drivers, each once. */
const driverVolumes = (cut: Cut, pod: Stored<Pod>): readonly DriverVolume[] =>
  podClaims(pod).flatMap(({ claimName }) => {
    const { namespace = '' } = pod.metadata
    const claim = cut.get(PersistentVolumeClaim, namespace, claimName)
    if (!claim) return []
    if (claim.spec?.volumeName) {
      const csi = cut.get(PersistentVolume, '', claim.spec.volumeName)?.spec?.csi
      return csi ? [{ driver: csi.driver, name: csiVolumeName(csi.driver, csi.volumeHandle) }] : []
    }
    const driver = cut.get(StorageClass, '', classOfClaim(claim))?.provisioner
    return driver ? [{ driver, name: `${namespace}/${claimName}` }] : []
  })

/** How many volumes of each driver a node can have; a driver that is not named sets no limit. */
const limitsOf = (cut: Cut, node: string): ReadonlyMap<string, number> =>
  new Map(
    (cut.get(CSINode, '', node)?.spec.drivers ?? []).flatMap(({ name, allocatable }) =>
      allocatable?.count === undefined ? [] : [[name, allocatable.count] as const],
    ),
  )

/** A node has no more volumes of a storage driver than the driver says that it can have. */
export const nodeVolumeLimits: Filter = {
  name: 'NodeVolumeLimits',
  prepare: ({ cut, pod }) => {
    const wanted = driverVolumes(cut, pod)
    if (wanted.length === 0) return undefined
    return ({ name, node, pods }) => {
      const limits = limitsOf(cut, name)
      const limited = wanted.filter(({ driver }) => limits.has(driver))
      if (limited.length === 0) return undefined
      const here = pods.flatMap(other => driverVolumes(cut, other))
      // What pods that are gone have left there counts for as long as the node says that it has it.
      const inUse = node.status?.volumesInUse ?? []
      for (const driver of new Set(limited.map(each => each.driver))) {
        const names = new Set([
          ...[...here, ...limited].filter(each => each.driver === driver).map(each => each.name),
          ...inUse.filter(each => each.startsWith(csiVolumeName(driver, ''))),
        ])
        const isNew = limited.some(each => each.driver === driver && !here.some(({ name: has }) => has === each.name))
        if (isNew && names.size > (limits.get(driver) ?? Infinity)) return resolvable('node(s) exceed max volume count')
      }
      return undefined
    }
  },
}
