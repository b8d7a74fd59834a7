import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { DamagedBlob } from '../blobs/blobs.ts'
import type { Blobs, BlobsUnavailable } from '../blobs/blobs.ts'
import type { CompactLog } from '../kept/compact-log.ts'
import { readMessages } from '../kept/message-file.ts'
import { wholeOfPart, writeParts } from './parts.ts'
import { messagesOf } from './read-parts.ts'
import { linkOf, readArchive, segmentName, stateName } from './segments.ts'

/**
 * Keeps what compactions take out of the log: a segment for each, sealed with the link of the one before, and the state at its end, from
 * which what follows is folded. Where an earlier try has kept a part already, the rest is added. Of `kinds`, either has parts of their own, so that
 * they may go earlier than the rest.
 */
export const archiveTo =
  (archive: Blobs, snapshots: Blobs, kinds: readonly string[] = []): NonNullable<CompactLog['archive']> =>
  async ({ after, upTo, messages, snapshot }): Promise<Either<BlobsUnavailable, { readonly link: string }>> => {
    const swept = await sweep(archive)
    if (E.isLeft(swept)) return swept
    const found = await readArchive(archive)
    if (E.isLeft(found)) return found
    const last = found.right.segments.at(-1)
    if (last && last.upTo > upTo)
      return E.left({ tag: 'Unavailable', message: `the archive goes up to ${last.upTo}: it is another log's` })
    // Then the state is there, too.
    if (last?.upTo === upTo) return E.right({ link: linkOf(last) })
    const { blob } = snapshot
    // First, as whoever finds the segment may look for it.
    const state = await writeParts(archive, stateName(upTo), readMessages(snapshots, blob), kinds, blob.facts)
    if (E.isLeft(state)) return state
    const from = last && last.upTo > after ? last.upTo : after
    const previous = last ? linkOf(last) : ''
    const written = await writeParts(archive, segmentName(from, upTo), messages(from), kinds, { previous })
    if (E.isLeft(written)) return written
    const read = await readBack(archive, written.right.name)
    if (E.isLeft(read)) return read
    return E.right({ link: linkOf({ blob: written.right, previous }) })
  }

/** Removes what killed tries have left. */
const sweep = async (archive: Blobs): Promise<Either<BlobsUnavailable, void>> => {
  const swept = await archive.sweep()
  if (E.isLeft(swept)) return swept
  const found = await readArchive(archive)
  if (E.isLeft(found)) return found
  const { segments, states, loose } = found.right
  const end = segments.at(-1)?.upTo ?? 0
  const wholes = new Map([...segments, ...states].map(one => [one.blob.name, one]))
  for (const blob of loose) {
    const { name, upTo } = wholeOfPart(blob)
    const whole = wholes.get(name)
    // What was listed once, by what is damaged or lost now, may be of use to somebody.
    if (whole ? whole.damage : upTo <= end) continue
    const removed = await archive.remove(blob.name)
    if (E.isLeft(removed)) return removed
  }
  return E.right(undefined)
}

const readBack = async (archive: Blobs, name: string): Promise<Either<BlobsUnavailable, void>> => {
  const found = await readArchive(archive)
  if (E.isLeft(found)) return found
  const written = [...found.right.segments, ...found.right.states].find(({ blob }) => blob.name === name)
  if (!written) return E.left({ tag: 'Unavailable', message: `${name} is not there` })
  try {
    for await (const _ of messagesOf(archive, written, async () => false));
    return E.right(undefined)
  } catch (error) {
    if (!(error instanceof DamagedBlob)) throw error
    return E.left({ tag: 'Unavailable', message: error.message })
  }
}
