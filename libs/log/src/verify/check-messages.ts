import { E } from '@periplus/prelude'
import type { StoredMessage } from '@periplus/bus'
import { readableSubject } from '../encoding/cloud-event.ts'
import { fitsDigest } from '../encoding/digest.ts'
import { at, valuesOf } from '../encoding/header-values.ts'
import type { HeaderValues } from '../encoding/header-values.ts'
import { eventOf } from '../encoding/read-event.ts'
import { fullSubjectOf } from '../encoding/subject.ts'
import type { RecordedEvent, Sequence } from '../event.ts'
import { replacedOf } from '../jetstream/replaced.ts'

/** What is wrong at one place of the log. */
export interface Finding {
  readonly sequence: Sequence
  readonly subject: string
  /** `<resource>.<group>/<namespace>/<name>`; absent where the message does not say. */
  readonly object?: string
  readonly wrong: string
}

/** What was counted of the messages up to some moment, without what was taken away since it was read. */
export interface Counts {
  readonly messages: number
  readonly events: number
  /** Events that say what their content must be. */
  readonly digests: number
  /** Messages that were never events: everybody steps over them. */
  readonly foreign: number
  /** Events that have replaced the earlier ones of their object. */
  readonly rollups: number
  /** Messages that those say to have taken away. */
  readonly replaced: number
  /** Sequences between the first and the last message at which there is none. */
  readonly missing: number
  readonly firstMissing: Sequence | undefined
  readonly last: Sequence
}

/** Looks at a log's messages, one after another. */
export interface MessageCheck {
  /** What is wrong with the next message, in the order of the log. */
  next(message: StoredMessage): readonly Finding[]
  /** What comes next was written after everything before it was read. */
  readOn(): void
  counts(): Counts
}

const digestFinding = (values: HeaderValues, event: RecordedEvent): string | undefined => {
  const digest = values[at.digest]
  if (digest === undefined) return undefined
  const { ref, id, uid, previous, body } = event
  const digested = { subject: fullSubjectOf(ref), id, type: values[at.type] ?? '', uid, previous }
  return fitsDigest(digest, digested, body) ? undefined : 'its SHA-256 is not the one that was written'
}

/** What is wrong with `ce-previous`, given the newest earlier message of the object that was found; 0 for none. */
const chainFinding = ({ previous, rollup }: RecordedEvent, found: Sequence): string | undefined => {
  if (previous === found) return undefined
  if (previous < found) return `it follows ${previous}, and ${found} of the same object stands between`
  // It has taken those before it away itself.
  return rollup ? undefined : `the event before it, ${previous}, is not there`
}

/** Whether a message is what was written, as far as it says what that was. */
export const isSound = (message: StoredMessage): boolean => {
  const read = eventOf(message)
  const values = valuesOf(message.headers)
  if (E.isLeft(read) || typeof values === 'string') return !message.headers.includes('ce-digest: ')
  return digestFinding(values, read.right) === undefined
}

interface Held {
  readonly events: number
  readonly digests: number
}

/** Begins with the log's first message. `watermark`: what lies up to there may have been compacted away. */
export const messageCheck = (watermark: Sequence): MessageCheck => {
  const newest = new Map<string, Sequence>()
  const damaged = new Set<Sequence>()
  /** Each rollup counts what those before it of its object took. */
  const replaced = new Map<string, number>()
  let [messages, events, digests, foreign, rollups, missing, last] = [0, 0, 0, 0, 0, 0, 0]
  let firstMissing: Sequence | undefined
  /** Where what is read now begins. */
  let begun: Sequence = 1
  /** Of each object, what was read of it and not taken away yet. */
  const held = new Map<string, Held>()
  const gone = { events: 0, digests: 0 }

  const count = (sequence: Sequence): void => {
    messages++
    const gap = sequence - Math.max(last, watermark) - 1
    if (gap > 0) {
      missing += gap
      firstMissing ??= sequence - gap
    }
    last = sequence
  }
  /** A rollup takes away what is there of its object, also what was read before it was written. */
  const hold = (object: string, { rollup }: RecordedEvent, hasDigest: boolean, found: Sequence): void => {
    const before = held.get(object) ?? { events: 0, digests: 0 }
    const isTaken = rollup && found > 0 && found < begun
    if (isTaken) {
      gone.events += before.events
      gone.digests += before.digests
    }
    const kept = isTaken ? { events: 0, digests: 0 } : before
    held.set(object, { events: kept.events + 1, digests: kept.digests + (hasDigest ? 1 : 0) })
  }
  const setAside = ({ sequence, subject, headers }: StoredMessage, reason: string): readonly Finding[] => {
    // Only events have one: it was ours, and has changed since.
    if (!headers.includes('ce-digest: ')) {
      foreign++
      return []
    }
    damaged.add(sequence)
    return [{ sequence, subject, wrong: reason }]
  }
  return {
    next: message => {
      const { sequence, subject } = message
      count(sequence)
      const read = eventOf(message)
      const values = valuesOf(message.headers)
      if (E.isLeft(read)) return setAside(message, read.left)
      if (typeof values === 'string') return setAside(message, values)
      const event = read.right
      events++
      if (values[at.digest] !== undefined) digests++
      if (event.rollup) rollups++
      const object = fullSubjectOf(event.ref)
      const taken = replacedOf(message)
      if (taken !== undefined) replaced.set(object, taken)
      const found = newest.get(object) ?? 0
      hold(object, event, values[at.digest] !== undefined, found)
      newest.set(object, sequence)
      const { previous } = event
      const isKnown = damaged.has(previous) || (previous > found && previous <= watermark)
      const wrongs = [digestFinding(values, event), isKnown ? undefined : chainFinding(event, found)]
      return wrongs.flatMap(wrong =>
        wrong === undefined ? [] : [{ sequence, subject, object: readableSubject(event.ref), wrong }],
      )
    },
    readOn: () => void (begun = last + 1),
    counts: () => ({
      ...{ messages: messages - gone.events, events: events - gone.events, digests: digests - gone.digests },
      ...{ foreign, rollups, missing: missing + gone.events, firstMissing, last },
      replaced: [...replaced.values()].reduce((sum, one) => sum + one, 0),
    }),
  }
}
