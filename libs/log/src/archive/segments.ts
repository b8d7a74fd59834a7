import { E, sha256 } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { DamagedBlob } from '../blobs/blobs.ts'
import type { BlobInfo, Blobs, BlobsUnavailable } from '../blobs/blobs.ts'
import type { Sequence } from '../event.ts'
import { everyKind } from '../horizons.ts'
import { padded, snapshotsAmong } from '../kept/snapshots.ts'
import { isPart, readPartsList } from './parts.ts'
import type { Part, PartsList } from './parts.ts'

/** A part, and its blob where it is there. */
export interface FoundPart extends Part {
  readonly blob: BlobInfo | undefined
}

/** What the archive has under a name, in parts. */
export interface InParts {
  /** The list of the parts; of what was written before there were any, all of it. */
  readonly blob: BlobInfo
  readonly parts: readonly FoundPart[]
  /** When its last message was stored; `undefined`: it does not say. */
  readonly until: number | undefined
  /** Why it is not known what its parts are. */
  readonly damage?: DamagedBlob
}

/** What a compaction has taken out of the log: its messages above one sequence, up to another. */
export interface Segment extends InParts {
  readonly after: Sequence
  readonly upTo: Sequence
  /** The link of the segment before it; empty where the chain begins. */
  readonly previous: string
}

/** The newest message of every object that lived at a sequence. */
export interface ArchivedState extends InParts {
  readonly sequence: Sequence
}

/** What there is in an archive, in the log's order. */
export interface Archived {
  readonly segments: readonly Segment[]
  readonly states: readonly ArchivedState[]
  /** Blobs of parts that nothing lists. */
  readonly loose: readonly BlobInfo[]
}

const segmentPattern = /^segment-(\d{16})-(\d{16})$/
const statePattern = /^state-(\d{16})$/

/** Lists of parts that are read at once: where they are far away, each takes its time. */
const listsAtOnce = 16

export const segmentName = (after: Sequence, upTo: Sequence): string => `segment-${padded(after)}-${padded(upTo)}`
export const stateName = (sequence: Sequence): string => `state-${padded(sequence)}`

/** SHA-256 of what a segment is, of its content, and of the link before: who changes one segment has to change all that follow. */
export const linkOf = ({ blob: { name, digest }, previous }: Pick<Segment, 'blob' | 'previous'>): string =>
  sha256([previous, name, digest].join('\n'))

/** Lists of parts that were read, by the digest of their blobs: whoever has an archive open looks into it again and again. */
type KnownLists = Map<string, PartsList>
const known = new WeakMap<Blobs, KnownLists>()

/** A blob that was written as a whole is one part, of every kind. */
const asWhole = (blob: BlobInfo): InParts => ({
  blob,
  parts: [{ kind: everyKind, name: blob.name, digest: blob.digest, messages: NaN, blob }],
  until: undefined,
})

const inParts = async (
  archive: Blobs,
  blob: BlobInfo,
  all: ReadonlyMap<string, BlobInfo>,
  lists: KnownLists,
): Promise<Either<BlobsUnavailable, InParts>> => {
  if (blob.facts.format !== '2') return E.right(asWhole(blob))
  const before = lists.get(blob.digest)
  const list = before ? E.right(before) : await readPartsList(archive, blob)
  if (E.isLeft(list)) {
    const { left } = list
    return left instanceof DamagedBlob ? E.right({ blob, parts: [], until: undefined, damage: left }) : E.left(left)
  }
  lists.set(blob.digest, list.right)
  const parts = list.right.parts.map((part): FoundPart => ({ ...part, blob: all.get(part.name) }))
  return E.right({ blob, parts, until: list.right.until })
}

/** What there is in an archive. */
export const readArchive = async (archive: Blobs): Promise<Either<BlobsUnavailable, Archived>> => {
  const listed = await archive.list()
  if (E.isLeft(listed)) return listed
  const lists = known.get(archive) ?? new Map<string, PartsList>()
  known.set(archive, lists)
  const all = new Map(listed.right.map(blob => [blob.name, blob]))
  const segments: Segment[] = []
  const states: ArchivedState[] = []
  for (const { blob, sequence } of snapshotsAmong(listed.right)) states.push({ ...asWhole(blob), sequence })
  const wholes = listed.right.filter(({ name }) => segmentPattern.test(name) || statePattern.test(name))
  for (let at = 0; at < wholes.length; at += listsAtOnce) {
    const read = await Promise.all(wholes.slice(at, at + listsAtOnce).map(blob => inParts(archive, blob, all, lists)))
    const ones = E.sequenceArray(read)
    if (E.isLeft(ones)) return ones
    for (const one of ones.right) {
      const { name, facts } = one.blob
      const [, after, upTo] = segmentPattern.exec(name) ?? []
      if (after === undefined) states.push({ ...one, sequence: Number(statePattern.exec(name)?.[1]) })
      else segments.push({ ...one, after: Number(after), upTo: Number(upTo), previous: facts.previous ?? '' })
    }
  }
  const parts = new Set([...segments, ...states].flatMap(one => one.parts.map(({ name }) => name)))
  return E.right({
    segments: segments.sort((a, b) => a.after - b.after),
    states: states.sort((a, b) => a.sequence - b.sequence),
    loose: listed.right.filter(blob => isPart(blob) && !parts.has(blob.name)),
  })
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
