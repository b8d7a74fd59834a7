import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Blobs, BlobsUnavailable } from '../blobs/blobs.ts'
import type { Horizons } from '../horizons.ts'
import { forgottenBlobs } from './forgotten-blobs.ts'
import { wholeOfPart } from './parts.ts'
import { readArchive } from './segments.ts'
import type { InParts } from './segments.ts'

const bytesOf = ({ blob, parts }: InParts): number => {
  const others = parts.filter(part => part.name !== blob.name)
  return blob.bytes + others.reduce((sum, part) => sum + (part.blob?.bytes ?? 0), 0)
}

const removeAll = async (archive: Blobs, names: readonly string[]): Promise<Either<BlobsUnavailable, number>> => {
  for (const name of names) {
    const gone = await archive.remove(name)
    if (E.isLeft(gone)) return gone
  }
  return E.right(names.length)
}

/**
 * Removes an archive's parts that the log's horizons say are not read any more. Gives their number. Those have to be written down before: a part
 * that is not there is known by them to be no loss.
 */
export const dropForgotten = async (archive: Blobs, horizons: Horizons): Promise<Either<BlobsUnavailable, number>> => {
  const found = await readArchive(archive)
  return E.isLeft(found) ? found : removeAll(archive, forgottenBlobs(found.right, horizons))
}

/** Removes an archive's oldest segments, and the states that nothing follows any more, until the rest has at most so many bytes. Gives their number. */
export const trimArchive = async (archive: Blobs, most: number): Promise<Either<BlobsUnavailable, number>> => {
  const found = await readArchive(archive)
  if (E.isLeft(found)) return found
  const { segments, states, loose } = found.right
  // Of what was taken away by one who was killed then.
  const before = loose.filter(blob => wholeOfPart(blob).upTo <= (segments[0]?.after ?? 0))
  const swept = await removeAll(
    archive,
    before.map(({ name }) => name),
  )
  if (E.isLeft(swept)) return swept
  let bytes = [...segments, ...states].reduce((sum, one) => sum + bytesOf(one), 0)
  let left = states
  let removed = 0
  for (const segment of segments) {
    if (bytes <= most) break
    const old = left.filter(({ sequence }) => sequence <= segment.after)
    left = left.filter(({ sequence }) => sequence > segment.after)
    for (const one of [...old, segment]) {
      // What is listed is missed where it is not there: so the list goes first.
      const names = new Set([one.blob.name, ...one.parts.map(({ name }) => name)])
      const gone = await removeAll(archive, [...names])
      if (E.isLeft(gone)) return gone
      bytes -= bytesOf(one)
    }
    removed++
  }
  return E.right(removed)
}
