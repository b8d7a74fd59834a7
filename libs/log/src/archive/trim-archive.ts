import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Blobs, BlobsUnavailable } from '../blobs/blobs.ts'
import { snapshotsIn } from '../kept/snapshots.ts'
import { segmentsIn } from './segments.ts'

/** Removes an archive's oldest segments, and the states that nothing follows any more, until the rest has at most so many bytes. Gives their number. */
export const trimArchive = async (archive: Blobs, most: number): Promise<Either<BlobsUnavailable, number>> => {
  const segments = await segmentsIn(archive)
  if (E.isLeft(segments)) return segments
  const states = await snapshotsIn(archive)
  if (E.isLeft(states)) return states
  const blobs = [...segments.right, ...states.right].map(({ blob }) => blob)
  let bytes = blobs.reduce((sum, blob) => sum + blob.bytes, 0)
  let removed = 0
  for (const segment of segments.right) {
    if (bytes <= most) break
    const old = states.right.filter(({ sequence }) => sequence <= segment.after)
    for (const { blob } of [...old, segment]) {
      const gone = await archive.remove(blob.name)
      if (E.isLeft(gone)) return gone
      bytes -= blob.bytes
    }
    removed++
  }
  return E.right(removed)
}
