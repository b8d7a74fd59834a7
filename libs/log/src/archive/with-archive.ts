import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Blobs } from '../blobs/blobs.ts'
import { DamagedBlob } from '../blobs/blobs.ts'
import type { Upcaster } from '../encoding/upcasting.ts'
import type { RecordedEvent, Sequence } from '../event.ts'
import type { Base, EventBatch, EventLog, ReadRefusal } from '../event-log.ts'
import { horizonOfName } from '../horizons.ts'
import { messageReader } from '../jetstream/message-reader.ts'
import { openFile } from '../kept/message-file.ts'
import type { OpenFile } from '../kept/message-file.ts'
import { LogGap } from '../log-gap.ts'
import { messagesOf, soundPart } from './read-parts.ts'
import type { MayLack } from './read-parts.ts'
import { reaching, readArchive } from './segments.ts'
import type { FoundPart, InParts, Segment } from './segments.ts'

/** Files of which the index is held. */
const mostOpen = 12

/**
 * A log that reaches back into its archive: whoever reads it does not know what has been compacted away, as far as the archive goes without a
 * gap. Its watermark is where that begins. Writes are the log's own.
 */
export const withArchive = (log: EventLog, archive: Blobs, upcasters?: readonly Upcaster[]): EventLog => {
  // What is set aside was told of when it was in the log.
  const reader = messageReader(upcasters, () => undefined)
  const open = new Map<string, OpenFile>()

  /** For whoever reads the state at a sequence, or up to it. What lacks is asked for then: it is written down before it goes. */
  const lackingAt =
    (sequence: Sequence): MayLack =>
    async kind => {
      const bounds = await log.bounds()
      return E.isRight(bounds) && sequence < horizonOfName(bounds.right.horizons ?? {}, kind)
    }
  let listed: { readonly watermark: Sequence; readonly segments: Promise<readonly Segment[]> } | undefined
  const listSegments = async (watermark: Sequence): Promise<readonly Segment[]> => {
    const found = await readArchive(archive)
    if (E.isRight(found)) return reaching(found.right.segments, watermark)
    listed = undefined
    return []
  }
  /** As they were when they were first asked for below this watermark: since then, the oldest may have gone, and parts of others. */
  const knownSegments = (watermark: Sequence): Promise<readonly Segment[]> => {
    if (watermark === 0) return Promise.resolve([])
    if (listed?.watermark !== watermark) listed = { watermark, segments: listSegments(watermark) }
    return listed.segments
  }
  const openedFile = async (whole: InParts, part: FoundPart): Promise<OpenFile | undefined> => {
    const held = open.get(part.name)
    if (held && part.blob) return held
    const file = await openFile(archive, soundPart(whole, part))
    if (E.isLeft(file)) return undefined
    open.set(part.name, file.right)
    for (const name of open.keys()) if (open.size > mostOpen) open.delete(name)
    return file.right
  }
  /** `gone`: it cannot be had; `undefined`: it is none, or of a kind that is not kept as far back. */
  const foundInPart = async (
    segment: Segment,
    part: FoundPart,
    sequence: Sequence,
  ): Promise<RecordedEvent | 'gone' | undefined> => {
    try {
      const file = await openedFile(segment, part)
      if (!file) return 'gone'
      const message = await file.bySequence(sequence)
      return E.isLeft(message) ? 'gone' : message.right && reader.one(message.right)
    } catch (error) {
      if (error instanceof DamagedBlob && (await lackingAt(sequence)(part.kind))) return undefined
      throw error
    }
  }
  const foundAmong = async (
    segments: readonly Segment[],
    sequence: Sequence,
  ): Promise<RecordedEvent | 'gone' | undefined> => {
    const segment = segments.find(({ after, upTo }) => sequence > after && sequence <= upTo)
    if (!segment) return 'gone'
    let damage: DamagedBlob | undefined = segment.damage
    for (const part of segment.parts)
      try {
        const event = await foundInPart(segment, part, sequence)
        if (event !== undefined) return event
      } catch (error) {
        // It may be in another part.
        if (!(error instanceof DamagedBlob)) throw error
        damage = error
      }
    if (damage) throw damage
    return undefined
  }
  const found = async (sequence: Sequence, watermark: Sequence): Promise<RecordedEvent | 'gone' | undefined> => {
    try {
      const event = await foundAmong(await knownSegments(watermark), sequence)
      if (event !== 'gone') return event
    } catch (error) {
      if (!(error instanceof DamagedBlob)) throw error
    }
    // What was known may have gone since.
    listed = undefined
    return foundAmong(await knownSegments(watermark), sequence)
  }
  async function* inSegment(segment: Segment, from: Sequence, to: Sequence): AsyncGenerator<EventBatch> {
    for await (const messages of messagesOf(archive, segment, lackingAt(to))) {
      const wanted = messages.filter(({ sequence }) => sequence >= from && sequence <= to)
      if (wanted.length > 0) yield reader.batch(wanted)
    }
  }
  /** What the archive has from `from` on; the log goes on from the sequence that it ends with. */
  async function* archived(from: Sequence, to: Sequence, watermark: Sequence): AsyncGenerator<EventBatch, Sequence> {
    let next = from
    for (const segment of await listSegments(watermark)) {
      if (next <= segment.after || next > segment.upTo || next > to) continue
      yield* inSegment(segment, next, to)
      next = segment.upTo + 1
    }
    return next
  }
  async function* both(
    from: Sequence,
    to: Sequence,
    rest: (next: Sequence) => AsyncIterable<EventBatch>,
  ): AsyncGenerator<EventBatch> {
    for (let next = Math.max(1, from); ;) {
      const bounds = await log.bounds()
      const watermark = E.isRight(bounds) ? bounds.right.watermark : 0
      if (next <= watermark) next = yield* archived(next, to, watermark)
      if (next > to) return
      try {
        for await (const events of rest(next)) {
          yield events
          next = (events.through ?? events.at(-1)?.sequence ?? next - 1) + 1
        }
        return
      } catch (error) {
        // What came under the watermark meanwhile is in the archive by now, or nowhere.
        if (!(error instanceof LogGap) || error.first - 1 <= watermark) throw error
      }
    }
  }
  async function* eventsOf(state: InParts, atMost: Sequence): AsyncGenerator<EventBatch> {
    for await (const messages of messagesOf(archive, state, lackingAt(atMost))) yield reader.batch(messages)
  }
  return {
    ...log,
    range: (from, to, signal) => both(from, to, next => log.range(next, to, signal)),
    follow: (from, signal) => both(from, Infinity, next => log.follow(next, signal)),
    get: async (sequence): Promise<Either<ReadRefusal, RecordedEvent | undefined>> => {
      const kept = await log.get(sequence)
      if (E.isRight(kept) || kept.left.tag !== 'Gone') return kept
      try {
        const event = await found(sequence, kept.left.first - 1)
        return event === 'gone' ? kept : E.right(event)
      } catch (error) {
        if (error instanceof DamagedBlob) return E.left({ tag: 'Unavailable', message: error.message })
        throw error
      }
    },
    bounds: async () => {
      const bounds = await log.bounds()
      if (E.isLeft(bounds) || bounds.right.watermark === 0) return bounds
      const [oldest] = await knownSegments(bounds.right.watermark)
      return oldest ? E.right({ ...bounds.right, first: oldest.after + 1, watermark: oldest.after }) : bounds
    },
    bases: async atMost => {
      const kept = await log.bases(atMost)
      const archived = await readArchive(archive)
      if (E.isLeft(kept) || E.isLeft(archived)) return kept
      const oldest = kept.right.at(-1)?.sequence ?? Infinity
      const older = archived.right.states.filter(({ sequence }) => sequence <= atMost && sequence < oldest)
      return E.right([
        ...kept.right,
        ...older.toReversed().map((state): Base => ({ sequence: state.sequence, events: eventsOf(state, atMost) })),
      ])
    },
  }
}
