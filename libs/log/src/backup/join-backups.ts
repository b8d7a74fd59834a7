import { mkdtemp, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { StoredMessage } from '@periplus/bus'
import type { BlobInfo, Blobs } from '../blobs/blobs.ts'
import { directoryBlobs } from '../blobs/directory-blobs.ts'
import type { Sequence } from '../event.ts'
import { readMessages, writeMessages } from '../kept/message-file.ts'
import { snapshotName } from '../kept/snapshots.ts'
import { openBackup, sequenceOfBackup, writeBackup } from './backup-file.ts'
import type { BackupAbout, BackupBase, OpenBackup } from './backup-file.ts'
import { openChanges } from './changes-since.ts'

class NotJoined extends Error {}

const need = <A>(answer: Either<{ readonly message: string }, A>): A => {
  if (E.isLeft(answer)) throw new NotJoined(answer.left.message)
  return answer.right
}

/** A state that backups have come to, in a place of its own. */
interface State {
  readonly blob: BlobInfo
  readonly base: BackupBase
  readonly about: BackupAbout['about']
}

/** What is kept of the state before, and what has changed since; throws where it is not all there. */
async function* mergedInto(
  before: AsyncIterable<readonly StoredMessage[]>,
  changed: AsyncIterable<readonly StoredMessage[]>,
  kept: ReadonlySet<Sequence>,
  objects: number,
): AsyncGenerator<readonly StoredMessage[]> {
  let [stayed, more] = [0, 0]
  for await (const messages of before) {
    const staying = messages.filter(({ sequence }) => kept.has(sequence))
    stayed += staying.length
    yield staying
  }
  for await (const messages of changed) {
    more += messages.length
    yield messages
  }
  if (stayed !== kept.size || stayed + more !== objects)
    throw new NotJoined(
      `it has ${objects} objects, of which ${kept.size} have not changed, and ${stayed} and ${more} were found`,
    )
}

const next = async (scratch: Blobs, state: State | undefined, opened: OpenBackup): Promise<State> => {
  const { blob, since, about } = opened
  const base = { sequence: sequenceOfBackup(blob), digest: blob.digest }
  if (!since) {
    if (state) throw new NotJoined('it is whole, and rests on no other')
    return { blob: need(await scratch.write(blob.name, opened.chunks(), () => blob.facts)), base, about }
  }
  if (!state)
    throw new NotJoined(
      `it has only what changed since the backup at ${since.sequence}, which has to be named before it`,
    )
  if (since.sequence !== state.base.sequence || since.digest !== state.base.digest)
    throw new NotJoined(
      `it has only what changed since the backup at ${since.sequence}, and the one before it is another, at ${state.base.sequence}`,
    )
  const changes = need(await openChanges(scratch, opened.chunks()))
  const kept = await changes.kept()
  const messages = mergedInto(readMessages(scratch, state.blob), changes.messages, kept, Number(blob.facts['objects']))
  const whole = need(await writeMessages(scratch, snapshotName(base.sequence), messages, () => blob.facts))
  return { blob: whole, base, about }
}

/**
 * Makes a whole backup, at `path`, of one that is whole and of others with what changed since the one before each, in their order. Left: why
 * not; then there is none. Needs room beside the file for three times as much.
 */
export const joinBackups = async (paths: readonly string[], path: string): Promise<Either<string, BackupAbout>> => {
  const directory = await mkdtemp(join(dirname(path), '.periplus-backup-'))
  const scratch = directoryBlobs(directory)
  try {
    let state: State | undefined
    for (const one of paths) {
      const opened = await openBackup(one)
      if (E.isLeft(opened)) return E.left(`${one}: ${opened.left}`)
      try {
        state = await next(scratch, state, opened.right)
      } catch (error) {
        return E.left(`${one}: ${messageOf(error)}`)
      } finally {
        await opened.right.close()
      }
    }
    if (!state) return E.left('there is no backup')
    const { blob, about } = state
    await writeBackup(path, scratch, blob, about)
    return E.right({ blob, about })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
