import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { DamagedBlob } from '../blobs/blobs.ts'
import type { Blobs } from '../blobs/blobs.ts'
import type { Sequence } from '../event.ts'
import { readMessages } from '../kept/message-file.ts'
import { snapshotsIn } from '../kept/snapshots.ts'
import { openBackup } from './backup-file.ts'

/**
 * Puts the state of a backup where snapshots of a log are: a log that begins behind it (`JetStreamEventLogConfig.beginsAfter`) has it. Gives
 * its sequence. Left: why it cannot be; then nothing is there that was not before.
 */
export const restoreState = async (path: string, snapshots: Blobs): Promise<Either<string, Sequence>> => {
  const opened = await openBackup(path)
  if (E.isLeft(opened)) return opened
  const backup = opened.right
  try {
    const { name, facts } = backup.blob
    if (backup.since) return E.left(`it has only what changed since the backup at ${backup.since.sequence}`)
    const written = await snapshots.write(name, backup.chunks(), () => facts)
    if (E.isLeft(written)) return E.left(written.left.message)
    let objects = 0
    for await (const messages of readMessages(snapshots, written.right)) objects += messages.length
    const all = await snapshotsIn(snapshots)
    if (E.isLeft(all)) return E.left(all.left.message)
    const snapshot = all.right.find(({ blob }) => blob.name === name)
    return snapshot?.objects === objects ? E.right(snapshot.sequence) : E.left('it is not what was written')
  } catch (error) {
    if (error instanceof DamagedBlob) return E.left(error.message)
    throw error
  } finally {
    await backup.close()
  }
}
