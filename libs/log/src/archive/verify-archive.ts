import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus } from '@periplus/bus'
import type { Blobs, BlobsUnavailable } from '../blobs/blobs.ts'
import type { Sequence } from '../event.ts'
import { horizonOfName, horizonsIn } from '../horizons.ts'
import type { Horizons } from '../horizons.ts'
import { watermarkOf } from '../jetstream/watermark.ts'
import { archiveKey } from '../kept/log-marks.ts'
import { readMessages } from '../kept/message-file.ts'
import { messageCheck } from '../verify/check-messages.ts'
import { kindOfMessages } from './parts.ts'
import { soundPart } from './read-parts.ts'
import { linkOf, reaching, readArchive } from './segments.ts'
import type { ArchivedState, FoundPart, InParts, Segment } from './segments.ts'

/** Parts of segments and states that are not there, as the past of their kind is not kept as far back. */
export interface DroppedParts {
  readonly kind: string
  readonly parts: number
  readonly messages: number
}

/** What `verifyArchive` has found. */
export interface ArchiveReport {
  readonly segments: number
  readonly states: number
  /** From this sequence on the archive reaches up to the log without a gap. */
  readonly from: number
  readonly messages: number
  readonly dropped: readonly DroppedParts[]
  /** From where on the past of kinds can be read. */
  readonly horizons: Horizons
  readonly findings: readonly string[]
}

interface Seen {
  readonly wrong: string[]
  readonly dropped: FoundPart[]
  messages: number
}

/** What is wrong with a part that is there; `isWithin`: whether a sequence is one that it may have. */
const partFindings = async (
  archive: Blobs,
  whole: InParts,
  part: FoundPart,
  isWithin: (sequence: Sequence) => boolean,
  seen: Seen,
): Promise<void> => {
  const kindOf = kindOfMessages(whole.parts.map(({ kind }) => kind))
  const check = messageCheck(Infinity)
  let [messages, outside, others] = [0, 0, 0]
  try {
    for await (const batch of readMessages(archive, soundPart(whole, part)))
      for (const message of batch) {
        messages++
        if (!isWithin(message.sequence)) outside++
        if (kindOf(message) !== part.kind) others++
        for (const found of check.next(message)) seen.wrong.push(`${part.name}: ${found.sequence} ${found.wrong}`)
      }
    if (outside > 0) seen.wrong.push(`${part.name} has ${outside} messages that are not between its ends`)
    if (others > 0) seen.wrong.push(`${part.name} has ${others} messages of other kinds`)
    if (!Number.isNaN(part.messages) && messages !== part.messages)
      seen.wrong.push(`${part.name} has ${messages} messages, and ${whole.blob.name} says ${part.messages}`)
  } catch (error) {
    seen.wrong.push(messageOf(error))
  }
  seen.messages += messages
}

const look = async (
  archive: Blobs,
  whole: InParts,
  isWithin: (sequence: Sequence) => boolean,
  mayBeDropped: (kind: string) => boolean,
): Promise<Seen> => {
  const seen: Seen = { wrong: whole.damage ? [whole.damage.message] : [], dropped: [], messages: 0 }
  for (const part of whole.parts)
    if (part.blob === undefined && mayBeDropped(part.kind)) seen.dropped.push(part)
    else await partFindings(archive, whole, part, isWithin, seen)
  return seen
}

const counted = (parts: readonly FoundPart[]): readonly DroppedParts[] =>
  [...new Set(parts.map(({ kind }) => kind))].map(kind => {
    const own = parts.filter(part => part.kind === kind)
    return { kind, parts: own.length, messages: own.reduce((sum, { messages }) => sum + messages, 0) }
  })

/** What is wrong with the chain of seals, of which what was before the first one may have been taken away, and whether it reaches up to the log. */
const chainFindings = (
  segments: readonly Segment[],
  sealed: string | undefined,
  reaches: boolean,
  watermark: Sequence,
): readonly string[] => {
  const findings: string[] = []
  let previous = segments[0]?.previous ?? ''
  for (const segment of segments) {
    if (segment.previous !== previous) findings.push(`${segment.blob.name} is not sealed with what is before it`)
    previous = linkOf(segment)
  }
  if (!sealed) return findings
  if (sealed !== previous) findings.push('the last segment is not the one that the log was compacted into')
  if (!reaches) findings.push(`no segment reaches up to ${watermark}, after which the log begins`)
  return findings
}

/** Whether a later state is there from which a kind is read at its horizon. */
const isReadLater = (states: readonly ArchivedState[], { sequence }: ArchivedState, horizon: Sequence): boolean =>
  states.some(later => later.sequence > sequence && later.sequence <= horizon)

/**
 * Reads all of an archive: content against digests, each segment's seal against the one before it, the last one's against what the log's
 * stream says that it was, and whether the segments reach up to the log. A part that is not there is a fault unless the log's stream says that the
 * past of its kind is not kept as far back.
 */
export const verifyArchive = async (
  { jetstream }: Pick<Bus, 'jetstream'>,
  archive: Blobs,
  stream = 'OBJECTS',
): Promise<Either<BlobsUnavailable, ArchiveReport>> => {
  // Before what the stream says, which is written before a part goes.
  const found = await readArchive(archive)
  if (E.isLeft(found)) return found
  const state = await jetstream.state(stream)
  if (E.isLeft(state)) return E.left({ tag: 'Unavailable', message: state.left.message })
  const watermark = watermarkOf(state.right)
  const horizons = horizonsIn(state.right)
  const { segments, states } = found.right
  const seen: Seen[] = []
  for (const segment of segments) {
    const isWithin = (sequence: Sequence): boolean => sequence > segment.after && sequence <= segment.upTo
    const mayBeDropped = (kind: string): boolean => segment.upTo <= horizonOfName(horizons, kind)
    seen.push(await look(archive, segment, isWithin, mayBeDropped))
  }
  const messages = seen.reduce((sum, one) => sum + one.messages, 0)
  for (const one of states) {
    const mayBeDropped = (kind: string): boolean => isReadLater(states, one, horizonOfName(horizons, kind))
    seen.push(await look(archive, one, sequence => sequence <= one.sequence, mayBeDropped))
  }
  const reached = reaching(segments, watermark)
  return E.right({
    ...{ segments: segments.length, states: states.length, messages, horizons },
    from: (reached[0]?.after ?? watermark) + 1,
    dropped: counted(seen.flatMap(({ dropped }) => dropped)),
    findings: [
      ...seen.flatMap(({ wrong }) => wrong),
      ...chainFindings(segments, state.right.metadata[archiveKey], reached.length > 0, watermark),
    ],
  })
}
