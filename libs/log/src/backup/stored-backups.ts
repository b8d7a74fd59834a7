import { createReadStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { BlobInfo, Blobs, BlobsUnavailable } from '../blobs/blobs.ts'
import type { Sequence } from '../event.ts'
import { padded } from '../kept/snapshots.ts'
import { openBackup } from './backup-file.ts'

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

/**
 * A backup, as `fetchBackup` finds it, with all that it rests on: files that begin with `path`, in the order in which they are joined. Left: why
 * not. Each rests on an earlier one, so that there is an end of them whatever they say of themselves.
 */
export const fetchBackups = async (
  blobs: Blobs,
  name: string | undefined,
  path: string,
): Promise<Either<string, readonly string[]>> => {
  const files: string[] = []
  for (let wanted = name; ;) {
    const file = `${path}-${files.length}`
    const fetched = await fetchBackup(blobs, wanted, file)
    if (E.isLeft(fetched)) return fetched
    files.unshift(file)
    const opened = await openBackup(file)
    if (E.isLeft(opened)) return E.left(`${fetched.right.name}: ${opened.left}`)
    await opened.right.close()
    const { since } = opened.right
    if (!since) return E.right(files)
    wanted = storedBackupName(since.sequence)
    if (wanted >= fetched.right.name) return E.left(`${fetched.right.name} rests on ${wanted}, which is no earlier one`)
  }
}
