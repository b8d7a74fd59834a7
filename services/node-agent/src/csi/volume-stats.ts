import type { CsiVolumeStats } from '@periplus/csi'
import { E } from '@periplus/prelude'
import { csiDirectory } from '../files/layout.ts'
import type { Layout } from '../files/layout.ts'
import type { CsiDrivers } from './drivers.ts'
import { readRecord, stagingOf, targetOf } from './volume-record.ts'

/** What one of a pod's volumes holds, by the name of its directory; `undefined` where its driver doesn't say. */
export const volumeStats = async (
  { places, drivers }: { readonly places: Layout; readonly drivers: CsiDrivers },
  uid: string,
  name: string,
): Promise<CsiVolumeStats | undefined> => {
  const directory = csiDirectory(places, uid, name)
  const record = await readRecord(directory)
  if (E.isLeft(record) || !record.right) return undefined
  const { driverName, volumeHandle } = record.right
  const here = drivers.driver(driverName)
  if (E.isLeft(here) || !here.right.can.has('stats')) return undefined
  const { node, seen } = here.right
  const told = await node.stats(
    volumeHandle,
    seen(targetOf(directory, record.right)),
    seen(stagingOf(places, driverName, volumeHandle)),
  )
  return E.isLeft(told) ? undefined : told.right
}
