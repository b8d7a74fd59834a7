import { withoutTrailing } from '@periplus/prelude'
import type { Bus } from '@periplus/bus'
import { blobsOver, objectStoreBlobs } from '@periplus/log'
import type { Blobs } from '@periplus/log'
import { openS3 } from '../home/s3.ts'
import type { Settings } from '../home/settings.ts'

/**
 * Where snapshots of the log are: on NATS, or in S3, to which and from which they move as new ones are taken. Below a prefix of their own, as an archive
 * at the same place has states of the same names.
 */
export const openSnapshotStore = (bus: Pick<Bus, 'jetstream'>, settings: Settings): Blobs => {
  const onNats = objectStoreBlobs(bus, 'OBJECTS')
  const { s3, writtenTo } = settings.snapshots
  if (s3 === undefined) return onNats
  const inS3 = openS3(`${withoutTrailing(s3, '/')}/snapshots`, settings)
  return writtenTo === 's3' ? blobsOver(inS3, onNats) : blobsOver(onNats, inS3)
}
