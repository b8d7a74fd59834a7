import { compareQuantities, quantityOf, refOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Commands } from '@periplus/commands'
import { PersistentVolumeClaim } from '@periplus/kinds'
import type { PersistentVolume } from '@periplus/kinds'
import type { Origin } from '@periplus/log'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { wholeValue } from '../resources/quantity.ts'

/** How much a volume is to hold that its claim was not told of yet, in bytes; `undefined`: nothing has grown. */
export const growth = (
  volume: Stored<PersistentVolume>,
  claim: Stored<PersistentVolumeClaim> | undefined,
): number | undefined => {
  const [is, told] = [volume.spec?.capacity?.['storage'], claim?.status?.capacity?.['storage']]
  if (is === undefined || told === undefined || volume.spec?.claimRef?.uid !== claim?.metadata.uid) return undefined
  return compareQuantities(quantityOf(is), quantityOf(told)) > 0 ? wholeValue(is) : undefined
}

const ended: ReadonlySet<string> = new Set(['FileSystemResizePending', 'Resizing'])

/** Tells a claim how much it has now. */
export const tellCapacity = async (
  commands: Commands,
  origin: Origin,
  { metadata, status }: Stored<PersistentVolumeClaim>,
  storage: string,
): Promise<Either<string, void>> => {
  const { storage: _, ...resources } = status?.allocatedResourceStatuses ?? {}
  const told = await commands.execute(
    {
      verb: 'patch',
      kind: PersistentVolumeClaim,
      ref: refOf(PersistentVolumeClaim, metadata.namespace ?? '', metadata.name),
      subresource: 'status',
      patch: {
        type: 'merge',
        body: {
          metadata: { resourceVersion: metadata.resourceVersion },
          status: {
            capacity: { storage },
            conditions: (status?.conditions ?? []).filter(({ type }) => !ended.has(type)),
            ...(status?.allocatedResourceStatuses
              ? { allocatedResourceStatuses: Object.keys(resources).length === 0 ? null : { storage: null } }
              : {}),
          },
        },
      },
    },
    origin,
  )
  return E.isLeft(told) ? E.left(`the claim could not be told of its size: ${told.left.tag}`) : E.right(undefined)
}
