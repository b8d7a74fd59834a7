import { compareQuantities, quantityOf, selects } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { CSIDriver, CSIStorageCapacity } from '@periplus/kinds'
import type { Node, StorageClass } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { Claim } from './pod-volumes.ts'

type Capacity = Stored<CSIStorageCapacity>

/** By the cut's list of capacities, which stays the same array while none changes. */
const known = new WeakMap<readonly Capacity[], ReadonlyMap<string, readonly Capacity[]>>()

const ofClass = (cut: Cut, name: string): readonly Capacity[] => {
  const list = cut.list(CSIStorageCapacity)
  const found = known.get(list) ?? grouped(list)
  known.set(list, found)
  return found.get(name) ?? []
}

const grouped = (list: readonly Capacity[]): ReadonlyMap<string, readonly Capacity[]> => {
  const groups = new Map<string, Capacity[]>()
  for (const each of list) {
    const group = groups.get(each.storageClassName)
    if (group) group.push(each)
    else groups.set(each.storageClassName, [each])
  }
  return groups
}

/** Whether there is room for a claim's volume where a node can reach it, as far as the class's driver says how much there is. */
export const hasRoom = (cut: Cut, claim: Claim, made: Stored<StorageClass>, { metadata }: Stored<Node>): boolean => {
  if (!cut.get(CSIDriver, '', made.provisioner)?.spec.storageCapacity) return true
  const size = quantityOf(claim.spec?.resources?.requests?.['storage'])
  return ofClass(cut, made.metadata.name).some(({ capacity, maximumVolumeSize, nodeTopology }) => {
    const most = maximumVolumeSize ?? capacity
    if (most === undefined || compareQuantities(quantityOf(most), size) < 0) return false
    return nodeTopology !== undefined && selects(nodeTopology, metadata.labels)
  })
}
