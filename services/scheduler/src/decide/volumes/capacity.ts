import { compareQuantities, quantityOf, selects } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { CSIDriver, CSIStorageCapacity } from '@periplus/kinds'
import type { Node, StorageClass } from '@periplus/kinds'
import { groupedBy } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import type { Claim } from './pod-volumes.ts'

type Capacity = Stored<CSIStorageCapacity>

const byClass = groupedBy<Capacity>(({ storageClassName }) => storageClassName)

/** Whether there is room for a claim's volume where a node can reach it, as far as the class's driver says how much there is. */
export const hasRoom = (cut: Cut, claim: Claim, made: Stored<StorageClass>, { metadata }: Stored<Node>): boolean => {
  if (!cut.get(CSIDriver, '', made.provisioner)?.spec.storageCapacity) return true
  const size = quantityOf(claim.spec?.resources?.requests?.['storage'])
  const known = byClass(cut.list(CSIStorageCapacity)).get(made.metadata.name) ?? []
  return known.some(({ capacity, maximumVolumeSize, nodeTopology }) => {
    const most = maximumVolumeSize ?? capacity
    if (most === undefined || compareQuantities(quantityOf(most), size) < 0) return false
    return nodeTopology !== undefined && selects(nodeTopology, metadata.labels)
  })
}
