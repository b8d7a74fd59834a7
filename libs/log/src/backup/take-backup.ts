import { mkdtemp, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus } from '@periplus/bus'
import { DamagedBlob } from '../blobs/blobs.ts'
import type { Blobs, BlobsUnavailable } from '../blobs/blobs.ts'
import { directoryBlobs } from '../blobs/directory-blobs.ts'
import { objectStoreBlobs } from '../blobs/object-store-blobs.ts'
import { ourSnapshots } from '../kept/our-snapshots.ts'
import { takeSnapshot } from '../kept/snapshots.ts'
import type { SnapshotBlob } from '../kept/snapshots.ts'
import { sequenceOfBackup, writeBackup } from './backup-file.ts'
import type { BackupAbout } from './backup-file.ts'
import { whyNoChanges, writeChanges } from './changes-since.ts'

/** The newest that can be read, copied to where the backup is made; `undefined`: there is none. */
const copied = async (
  from: Blobs,
  to: Blobs,
  snapshots: readonly SnapshotBlob[],
): Promise<Either<BlobsUnavailable, SnapshotBlob | undefined>> => {
  for (const snapshot of snapshots)
    try {
      const { blob } = snapshot
      const written = await to.write(blob.name, from.read(blob), () => blob.facts)
      return E.isLeft(written) ? written : E.right({ ...snapshot, blob: written.right })
    } catch (error) {
      if (!(error instanceof DamagedBlob)) throw error
    }
  return E.right(undefined)
}

/** The log that a backup is made of, and where its snapshots are. */
export interface BackupOf {
  readonly stream?: string
  readonly snapshots?: Blobs
  /** An earlier backup of this log: then only what has changed since that one is written, which takes all of these to restore (`joinBackups`). */
  readonly since?: Pick<BackupAbout, 'blob'>
}

/**
 * Writes the state of a log at its present end into a file, while others write on: what lives, each with its newest event, whole, under its
 * sequence. What it says of itself is asked for behind that state. Histories are not in it. Needs room beside the file for twice as much.
 * Left besides: why what changed since another backup cannot be told.
 */
export const takeBackup = async (
  { jetstream }: Pick<Bus, 'jetstream'>,
  path: string,
  about: () => Promise<Readonly<Record<string, unknown>>>,
  { stream = 'OBJECTS', snapshots: store = objectStoreBlobs({ jetstream }, stream), since }: BackupOf = {},
): Promise<Either<BlobsUnavailable, SnapshotBlob>> => {
  const found = await ourSnapshots({ jetstream, stream, blobs: store })
  if (E.isLeft(found)) return found
  const { state, ours, watermark } = found.right
  const why = since ? await whyNoChanges(jetstream, stream, state, since) : E.right(undefined)
  if (E.isLeft(why)) return why
  if (why.right !== undefined)
    return E.left({ tag: 'Unavailable', message: `what changed since the other one is not known: ${why.right}` })
  const scratch = await mkdtemp(join(dirname(path), '.periplus-backup-'))
  try {
    const blobs = directoryBlobs(scratch)
    const before = await copied(store, blobs, ours)
    if (E.isLeft(before)) return before
    if (!before.right && watermark > 0)
      return E.left({ tag: 'Unavailable', message: `no snapshot is whole, and the log begins after ${watermark}` })
    const to = state.lastSequence
    const read = (from: number, end: number) => jetstream.read({ stream, from, to: end })
    const taken =
      before.right?.sequence === to ? E.right(before.right) : await takeSnapshot({ blobs, read }, before.right, to)
    if (E.isLeft(taken)) return taken
    if (!since) await writeBackup(path, blobs, taken.right.blob, await about())
    else {
      const base = { sequence: sequenceOfBackup(since.blob), digest: since.blob.digest }
      const changes = await writeChanges(blobs, taken.right, base.sequence)
      if (E.isLeft(changes)) return changes
      await writeBackup(path, blobs, changes.right, await about(), base)
    }
    return taken
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
