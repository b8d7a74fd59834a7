import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Blobs, BlobsUnavailable } from '../blobs/blobs.ts'
import type { CompactLog } from '../kept/compact-log.ts'
import { readMessages, writeMessages } from '../kept/message-file.ts'
import { linkOf, segmentName, segmentsIn } from './segments.ts'

/**
 * Keeps what compactions take out of the log: a segment for each, sealed with the link of the one before, and the state at its end, from
 * which what follows is folded. Where an earlier try has kept a part already, the rest is added.
 */
export const archiveTo =
  (archive: Blobs, snapshots: Blobs): NonNullable<CompactLog['archive']> =>
  async ({ after, upTo, messages, snapshot }): Promise<Either<BlobsUnavailable, { readonly link: string }>> => {
    const swept = await archive.sweep()
    if (E.isLeft(swept)) return swept
    const segments = await segmentsIn(archive)
    if (E.isLeft(segments)) return segments
    const last = segments.right.at(-1)
    if (last && last.upTo > upTo)
      return E.left({ tag: 'Unavailable', message: `the archive goes up to ${last.upTo}: it is another log's` })
    const { blob } = snapshot
    // First, as whoever finds the segment may look for it.
    const state = await writeMessages(archive, blob.name, readMessages(snapshots, blob), () => blob.facts)
    if (E.isLeft(state)) return state
    if (last?.upTo === upTo) return E.right({ link: linkOf(last) })
    const from = last && last.upTo > after ? last.upTo : after
    const previous = last ? linkOf(last) : ''
    const written = await writeMessages(archive, segmentName(from, upTo), messages(from), () => ({ previous }))
    if (E.isLeft(written)) return written
    const read = await readBack(archive, written.right)
    if (read !== undefined) return E.left({ tag: 'Unavailable', message: read })
    return E.right({ link: linkOf({ blob: written.right, after: from, upTo, previous }) })
  }

const readBack = async (archive: Blobs, blob: Parameters<typeof readMessages>[1]): Promise<string | undefined> => {
  try {
    for await (const _ of readMessages(archive, blob));
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}
