import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { DamagedBlob } from '../blobs/blobs.ts'
import type { Blobs, BlobsUnavailable } from '../blobs/blobs.ts'
import type { Sequence } from '../event.ts'
import { openFile } from '../kept/message-file.ts'
import { readArchive } from './segments.ts'
import type { Segment } from './segments.ts'

/** When the last message of a segment was stored that does not say so; 0 where it has none, and `Infinity` where that is not known. */
const lastStored = async (archive: Blobs, { blob }: Segment): Promise<Either<BlobsUnavailable, number>> => {
  try {
    const file = await openFile(archive, blob)
    if (E.isLeft(file)) return file
    return E.map((last: { readonly time: number } | undefined) => last?.time ?? 0)(await file.right.last())
  } catch (error) {
    return error instanceof DamagedBlob ? E.right(Infinity) : E.left({ tag: 'Unavailable', message: messageOf(error) })
  }
}

/** The end of the newest segment of which all was stored by a time (milliseconds since the epoch); 0: there is none. */
export const archivedBy = (archive: Blobs): ((time: number) => Promise<Either<BlobsUnavailable, Sequence>>) => {
  /** Of segments that do not say it, by their digest. */
  const known = new Map<string, number>()
  return async time => {
    const found = await readArchive(archive)
    if (E.isLeft(found)) return found
    for (const segment of found.right.segments.toReversed()) {
      const { blob, damage } = segment
      const said = segment.until ?? (damage ? Infinity : known.get(blob.digest))
      const until = said === undefined ? await lastStored(archive, segment) : E.right(said)
      if (E.isLeft(until)) return until
      known.set(blob.digest, until.right)
      if (until.right > 0 && until.right <= time) return E.right(segment.upTo)
    }
    return E.right(0)
  }
}
