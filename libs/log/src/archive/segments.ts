import { E, sha256 } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { BlobInfo, Blobs, BlobsUnavailable } from '../blobs/blobs.ts'
import type { Sequence } from '../event.ts'
import { padded } from '../kept/snapshots.ts'

/** What a compaction has taken out of the log: its messages above one sequence, up to another. */
export interface Segment {
  readonly blob: BlobInfo
  readonly after: Sequence
  readonly upTo: Sequence
  /** The link of the segment before it; empty where the chain begins. */
  readonly previous: string
}

const prefix = 'segment-'

export const segmentName = (after: Sequence, upTo: Sequence): string => `${prefix}${padded(after)}-${padded(upTo)}`

const segmentOf = (blob: BlobInfo): Segment | undefined => {
  const [, after, upTo] = /^segment-(\d{16})-(\d{16})$/.exec(blob.name) ?? []
  if (after === undefined || upTo === undefined) return undefined
  return { blob, after: Number(after), upTo: Number(upTo), previous: blob.facts.previous ?? '' }
}

/** SHA-256 of what a segment is, of its content, and of the link before: who changes one segment has to change all that follow. */
export const linkOf = ({ blob: { name, digest }, previous }: Segment): string =>
  sha256([previous, name, digest].join('\n'))

/** In the log's order. */
export const segmentsIn = async (archive: Blobs): Promise<Either<BlobsUnavailable, readonly Segment[]>> => {
  const all = await archive.list()
  if (E.isLeft(all)) return all
  return E.right(all.right.flatMap(blob => segmentOf(blob) ?? []).sort((a, b) => a.after - b.after))
}

/** Those of the segments that reach without a gap up to a sequence, in the log's order. */
export const reaching = (segments: readonly Segment[], upTo: Sequence): readonly Segment[] => {
  const found: Segment[] = []
  let end = upTo
  for (const segment of segments.toReversed()) {
    if (segment.after >= end) continue
    if (segment.upTo < end) break
    found.unshift(segment)
    end = segment.after
  }
  return found
}
