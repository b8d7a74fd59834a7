import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus, BusRefusal, JetStream, StoredMessage, StreamState } from '@periplus/bus'
import { DamagedBlob } from '../blobs/blobs.ts'
import type { Blobs } from '../blobs/blobs.ts'
import { objectStoreBlobs } from '../blobs/object-store-blobs.ts'
import type { Sequence } from '../event.ts'
import { replacedOf } from '../jetstream/replaced.ts'
import { watermarkKey, watermarkOf } from '../jetstream/watermark.ts'
import { acceptedIn, acceptedKey } from '../verify/gaps.ts'
import { archiveKey, pendingIn, pendingKey, writeMarks } from './log-marks.ts'
import type { LogMarks } from './log-marks.ts'
import { chooseWatermark } from './choose-watermark.ts'
import type { Retention } from './choose-watermark.ts'
import type { KeptSnapshots } from './keep-snapshots.ts'
import { readMessages } from './message-file.ts'
import type { SnapshotBlob } from './snapshots.ts'

/** What a compaction does, in this order; a process may end between any two. */
export type CompactionPhase = 'snapshot' | 'archive' | 'mark' | 'purge' | 'account'

/** Takes what is older than it is to be out of a log. */
export interface CompactLog {
  readonly bus: Pick<Bus, 'jetstream'>
  readonly snapshots: KeptSnapshots
  readonly retention: Retention
  /** Gets what is taken away, before it is. Resolves once it is safe there; where it cannot be, nothing is taken away. */
  readonly archive?: (removed: Removed) => Promise<Either<CompactionFailed, { readonly link: string }>>
  /**
   * Fewer events than this are not worth it, nor fewer than a fiftieth of what the log has, nor than a quarter of the objects that there
   * are, as each is written again. Default 100.
   */
  readonly least?: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** The last sequence by a time, as far as it is known (`sequenceTimes`); what the log itself knows is asked of it. */
  readonly lastBy?: (time: number) => Sequence
  /** Asked before what cannot be taken back. */
  readonly mayGoOn?: () => boolean
  /** Writes into the stream's metadata. Default: over `bus`, whose user then may change the stream in any way. */
  readonly mark?: (marks: LogMarks) => Promise<Either<BusRefusal, void>>
  readonly onPhase?: (phase: CompactionPhase) => void
  readonly stream?: string
  readonly blobs?: Blobs
}

/** What goes: the messages after one watermark up to the next. */
export interface Removed {
  readonly after: Sequence
  readonly upTo: Sequence
  /** Those behind a sequence. */
  readonly messages: (after: Sequence) => AsyncIterable<readonly StoredMessage[]>
  /** The state at `upTo`. */
  readonly snapshot: SnapshotBlob
}

/** What a compaction has come to. */
export interface Compacted {
  readonly watermark: Sequence
  /** Messages that went. */
  readonly removed: number
}

/** Nothing was taken away that is not in the snapshot at the watermark; another try goes on where this one ended. */
export interface CompactionFailed {
  readonly tag: 'Unavailable'
  readonly message: string
}

type Outcome<A> = Either<CompactionFailed, A>

const failed = (message: string): Outcome<never> => E.left({ tag: 'Unavailable', message })

/** The whole stream: the server then cuts it off, rather than looking at each message. */
const everything = '>'

/** Of the messages that go: how many there are, and how many others their rollups say to have taken away, by subject. */
interface Tally {
  messages: number
  readonly replaced: Map<string, number>
}

const sumOf = ({ replaced }: Tally): number => [...replaced.values()].reduce((sum, one) => sum + one, 0)

const tallied = async (messages: AsyncIterable<readonly StoredMessage[]>): Promise<Tally> => {
  const tally: Tally = { messages: 0, replaced: new Map() }
  for await (const batch of messages)
    for (const message of batch) {
      tally.messages++
      const replaced = replacedOf(message)
      if (replaced !== undefined) tally.replaced.set(message.subject, replaced)
    }
  return tally
}

/** Reads back what is about to be the only copy. */
const whyUnreadable = async (blobs: Blobs, { blob }: SnapshotBlob): Promise<string | undefined> => {
  try {
    let messages = 0
    for await (const batch of readMessages(blobs, blob)) messages += batch.length
    return messages === Number(blob.facts.objects) ? undefined : `${blob.name} has ${messages} objects`
  } catch (error) {
    if (error instanceof DamagedBlob) return error.message
    throw error
  }
}

/**
 * Of rollups that were counted as going, some may have been replaced before they went: then neither they nor what they counted has gone.
 * Such a one stands on the subject still, and counts what was before it.
 */
const stayed = async (jetstream: JetStream, stream: string, { replaced }: Tally): Promise<Outcome<number>> => {
  let sum = 0
  for (const [subject, count] of replaced) {
    const newest = await jetstream.lastMessage(stream, subject)
    if (E.isLeft(newest)) return newest.left.tag === 'Unavailable' ? failed(newest.left.message) : E.right(sum)
    if (newest.right && (replacedOf(newest.right) ?? 0) > 0) sum += count
  }
  return E.right(sum)
}

/**
 * Cuts the log off at a watermark, where a snapshot has the newest message of every object that lived: that is the truth for what lies
 * at or below it, and the stream's metadata says so before anything goes. A process that ends in between has taken nothing away
 * that is not there, and the next try ends what it began. `undefined`: nothing is old enough.
 *
 * The gaps that are known move with the watermark. Those below it are no longer counted, and what rollups say to have taken away that goes
 * with them neither; the rest, of which a part lay below, counts from there on (`logGaps`).
 */
export const compactLog = async (compact: CompactLog): Promise<Outcome<Compacted | undefined>> => {
  const { bus, snapshots, retention, archive, least = 100, now, mayGoOn = () => true, stream = 'OBJECTS' } = compact
  const { jetstream } = bus
  const { blobs = objectStoreBlobs(bus, stream), onPhase = () => undefined } = compact
  const { mark = marks => writeMarks(bus, marks, stream) } = compact
  const marked = (state: StreamState, marks: LogMarks['marks']): Promise<Either<BusRefusal, void>> =>
    mark({ found: { watermark: watermarkOf(state), pending: pendingIn(state) }, marks })

  const take = async (state: StreamState, tally: Tally | undefined): Promise<Outcome<Compacted>> => {
    const watermark = watermarkOf(state)
    if (!mayGoOn()) return failed('another copy looks after the log')
    const purged = await jetstream.purge(stream, { subject: everything, upTo: watermark })
    if (E.isLeft(purged)) return failed(purged.left.message)
    onPhase('account')
    const missed = (tally?.messages ?? 0) - purged.right
    const staying = tally && missed > 0 ? await stayed(jetstream, stream, tally) : E.right(0)
    if (E.isLeft(staying)) return staying
    const accepted = tally && missed > 0 ? (acceptedIn(state) ?? 0) - staying.right - missed : acceptedIn(state)
    const ended = await marked(state, {
      ...{ [watermarkKey]: String(watermark), [pendingKey]: '' },
      ...(accepted === undefined ? {} : { [acceptedKey]: String(accepted) }),
    })
    return E.isLeft(ended) ? failed(ended.left.message) : E.right({ watermark, removed: purged.right })
  }

  const before = await jetstream.state(stream)
  if (E.isLeft(before)) return failed(before.left.message)
  if (pendingIn(before.right) > 0) return take(before.right, undefined)
  const after = watermarkOf(before.right)
  const chosen = await chooseWatermark(jetstream, stream, before.right, after, retention, now(), compact.lastBy)
  if (E.isLeft(chosen)) return failed(chosen.left.message)
  // The last message stays, so that whoever waits for what is being taken away is sent another.
  const upTo = Math.min(chosen.right, before.right.lastSequence - 1)
  const newest = await snapshots.newest()
  if (E.isLeft(newest)) return newest
  const enough = Math.max(least, (newest.right?.objects ?? 0) / 4, (before.right.lastSequence - after) / 50)
  if (upTo - after < enough) return E.right(undefined)

  onPhase('snapshot')
  const snapshot = await snapshots.takeAt(upTo)
  if (E.isLeft(snapshot)) return snapshot
  const unreadable = await whyUnreadable(blobs, snapshot.right)
  if (unreadable !== undefined) {
    await blobs.remove(snapshot.right.blob.name)
    return failed(unreadable)
  }
  onPhase('archive')
  const messages = (from: Sequence) => jetstream.read({ stream, from: from + 1, to: upTo })
  const archived = await archive?.({ after, upTo, messages, snapshot: snapshot.right })
  if (archived && E.isLeft(archived)) return archived
  const tally = await tallied(messages(after))

  onPhase('mark')
  const present = await jetstream.state(stream)
  if (E.isLeft(present)) return failed(present.left.message)
  const accepted = (acceptedIn(present.right) ?? 0) + sumOf(tally) - (upTo - after - tally.messages)
  const begun = await marked(present.right, {
    ...{ [watermarkKey]: String(upTo), [pendingKey]: String(upTo), [acceptedKey]: String(accepted) },
    [archiveKey]: archived?.right.link ?? '',
  })
  if (E.isLeft(begun)) return failed(begun.left.message)
  onPhase('purge')
  const state = await jetstream.state(stream)
  if (E.isLeft(state)) return failed(state.left.message)
  if (watermarkOf(state.right) !== upTo) return failed('the watermark was not taken')
  return take(state.right, tally)
}
