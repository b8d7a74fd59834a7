import { readFileSync } from 'node:fs'
import { isAbsent, withoutTrailing } from '@periplus/prelude'
import type { Bus } from '@periplus/bus'
import { blobsOver, objectStoreBlobs } from '@periplus/log'
import type { Blobs } from '@periplus/log'
import type { Home } from '../home/home.ts'
import { openS3 } from '../home/s3.ts'
import { CannotGoOn } from '../home/say.ts'
import type { Settings } from '../home/settings.ts'
import { authorityHash } from './authority-hash.ts'

const authorityOf = (home: Home): string => {
  try {
    return readFileSync(home.ca, 'utf8')
  } catch (error) {
    if (!isAbsent(error)) throw error
    throw new CannotGoOn(`${home.ca} is not there: by it a cluster's snapshots in S3 are known`)
  }
}

/**
 * Where snapshots of the log are: on NATS, or in S3, to which and from which they move as new ones are taken. There each cluster's lie by themselves, by
 * its authority: whoever tries a backup in a home of its own would else take the snapshots of the running cluster for those of a log that is gone.
 */
export const openSnapshotStore = (bus: Pick<Bus, 'jetstream'>, home: Home, settings: Settings): Blobs => {
  const onNats = objectStoreBlobs(bus, 'OBJECTS')
  const { s3, writtenTo } = settings.snapshots
  if (s3 === undefined) return onNats
  const cluster = authorityHash(authorityOf(home)).replace('sha256:', '').slice(0, 32)
  const inS3 = openS3(`${withoutTrailing(s3, '/')}/snapshots/${cluster}`, settings)
  return writtenTo === 's3' ? blobsOver(inS3, onNats) : blobsOver(onNats, inS3)
}
