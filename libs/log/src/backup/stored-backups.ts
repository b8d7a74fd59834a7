import { createReadStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { BlobInfo, Blobs, BlobsUnavailable } from '../blobs/blobs.ts'
import type { Sequence } from '../event.ts'
import { padded } from '../kept/snapshots.ts'

const begin = 'backup-'
const readAtOnce = 1024 * 1024

/** The name of the backup at a sequence, among blobs. */
export const storedBackupName = (sequence: Sequence): string => `${begin}${padded(sequence)}`

/** Keeps the file of a backup, which is of this sequence, among blobs; in the place of one of the same name. */
export const storeBackup = (
  blobs: Blobs,
  path: string,
  sequence: Sequence,
): Promise<Either<BlobsUnavailable, BlobInfo>> =>
  blobs.write(
    storedBackupName(sequence),
    createReadStream(path, { highWaterMark: readAtOnce }) as AsyncIterable<Uint8Array>,
  )

/** Lays a backup of that name, or the one of the highest sequence, into a file that is not there yet. Left: why not; nothing is left then. */
export const fetchBackup = async (
  blobs: Blobs,
  name: string | undefined,
  path: string,
): Promise<Either<string, BlobInfo>> => {
  const all = await blobs.list()
  if (E.isLeft(all)) return E.left(all.left.message)
  const backups = all.right.filter(blob => blob.name.startsWith(begin))
  const found = name === undefined ? backups.at(-1) : backups.find(blob => blob.name === name)
  if (!found) return E.left(name === undefined ? 'there is no backup' : `there is no backup ${name}`)
  const file = await open(path, 'wx', 0o600)
  try {
    for await (const chunk of blobs.read(found)) await file.writeFile(chunk)
    return E.right(found)
  } catch (error) {
    await rm(path, { force: true })
    return E.left(messageOf(error))
  } finally {
    await file.close()
  }
}
