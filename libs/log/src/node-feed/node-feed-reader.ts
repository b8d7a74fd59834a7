import { crc32 } from 'node:zlib'
import type { ObjectRef } from '@periplus/api'
import type { StoredMessage } from '@periplus/bus'
import { fullSubjectOf } from '../encoding/subject.ts'
import type { Origin, RecordedEvent, Sequence } from '../event.ts'
import { readNodeFeed } from './node-feed-message.ts'
import type { FeedMark, NodeFeedMessage, ToldObject } from './node-feed-message.ts'

/** What leads from the part of the log that concerns a node, as it was, to the one as it is at `through`. */
export interface NodeFeedBatch {
  /** Of each object one at most, or two where another one has its name: the end of the one before, and the beginning of this. */
  readonly events: readonly RecordedEvent[]
  readonly through: Sequence
}

/** What comes of messages. `Anew`: some of the feed was missed, and is to be read from its first message on. */
export type NodeFeedStep = ({ readonly tag: 'Batch' } & NodeFeedBatch) | { readonly tag: 'Anew' }

/** What a node was told, and how it is to be changed for what it is told now. No I/O. */
export interface NodeFeedReader {
  /** The next messages. After `Anew` nothing more is read until `begin`. */
  read(messages: readonly StoredMessage[]): readonly NodeFeedStep[]
  /** The feed comes again from its first message. What is not on it any more goes with the first batch. */
  begin(): void
  /**
   * The next message is the last one that was read, once more; where it is another one, or nothing of the writer's, which alone are never
   * alike, the feed is not what was read.
   */
  resume(): void
  /** What the feed was before that is history: the first batch is of that sequence or later, as nothing goes back. */
  notBefore(through: Sequence): void
}

type Layer = 'own' | 'all'

/** What is known of an object without keeping it: the cut does. */
type Known = Pick<ToldObject, 'ref' | 'sequence' | 'uid'> & {
  readonly layer: Layer
  /** Of the body: the same version of an object may be told in another form. */
  readonly checksum: number
  /** Of the feed. */
  readonly at: number
}

/** By object. What a node is told alone stands before what all are told. */
type Shown = Record<Layer, Map<string, Known>>

const nowhere = { sequence: 0, subject: '', headers: '' }
const anew = { tag: 'Anew' } as const

const layers = ['own', 'all'] as const

const nothing = (): Shown => ({ own: new Map(), all: new Map() })

const isSame = (one: Known, other: Known): boolean =>
  one.sequence === other.sequence &&
  one.uid === other.uid &&
  one.layer === other.layer &&
  one.checksum === other.checksum

const origin: Origin = { actor: 'feed', component: 'feed', causes: [], correlationId: 'feed' }

const eventOf = (
  type: RecordedEvent['type'],
  { ref, uid }: Pick<Known, 'ref' | 'uid'>,
  sequence: Sequence,
  body: Uint8Array = new Uint8Array(),
): RecordedEvent => ({
  ...{ sequence, id: `feed ${sequence}`, type, ref, uid, previous: 0, origin, time: '', body },
})

/** What was told since the last batch. */
interface Pending {
  readonly at: number
  readonly key: string
  readonly layer: Layer
  readonly told: ToldObject
}

/** Pure but for its own memory. */
export const nodeFeedReader = (): NodeFeedReader => {
  let shown = nothing()
  let pending: Pending[] = []
  let least: Sequence = 0
  /** Of the last batch. */
  let whole = 0
  /** Reads from the first message on, and has not been given all yet. */
  let isFresh = true
  /** The feed's sequence of the last mark for all; before the first mark it is not known. */
  let last: { readonly at: number; readonly start: number } | undefined
  /** The last message that was read, be it one of the writer's or not. */
  let seen: Pick<StoredMessage, 'sequence' | 'subject' | 'headers'> = nowhere
  let isResuming = false

  /** `undefined`: something was missed. */
  const place = (mark: FeedMark): NonNullable<typeof last> | undefined => {
    // The feed is cut off behind marks for all, so that whatever came before this one since the one before was read.
    if (!last) return (last = { at: mark.prior, start: mark.prior + 1 })
    return mark.prior === last.at ? last : undefined
  }
  /** `undefined`: it cannot be known what is to be shown; then nothing is changed. */
  const batch = ({ through, base }: FeedMark): NodeFeedBatch | undefined => {
    const next: Record<Layer, Map<string, Known | undefined>> = { own: new Map(), all: new Map() }
    const bodies = new Map<Known, Uint8Array>()
    // What is whole from its base on says of nothing before that that it is still there.
    if (base > whole)
      for (const layer of layers)
        for (const [key, { at }] of shown[layer]) if (at < base) next[layer].set(key, undefined)
    for (const { at, key, layer, told } of pending) {
      const { ref, sequence, uid } = told
      const body = at < base ? undefined : told.body
      const known = body && { ref, sequence, uid, layer, checksum: crc32(body), at }
      next[layer].set(key, known)
      if (known) bodies.set(known, body)
    }
    const after = (layer: Layer, key: string): Known | undefined =>
      next[layer].has(key) || isFresh ? next[layer].get(key) : shown[layer].get(key)
    const touched = isFresh ? [next.own, next.all, shown.own, shown.all] : [next.own, next.all]
    const events: RecordedEvent[] = []
    for (const key of new Set(touched.flatMap(map => [...map.keys()]))) {
      const [was, is] = [shown.own.get(key) ?? shown.all.get(key), after('own', key) ?? after('all', key)]
      if (was && is?.uid !== was.uid) events.push(eventOf('deleted', was, through))
      if (!is || (was && isSame(was, is))) continue
      const body = bodies.get(is)
      if (!body) return undefined
      events.push(eventOf(was?.uid === is.uid ? 'metadata-changed' : 'created', is, is.sequence, body))
    }
    if (isFresh) shown = nothing()
    for (const layer of layers)
      for (const [key, known] of next[layer])
        if (known) shown[layer].set(key, known)
        else shown[layer].delete(key)
    pending = []
    isFresh = false
    whole = base
    least = through
    return { events, through }
  }
  const step = (message: NodeFeedMessage): NodeFeedStep | undefined => {
    const { at, objects, mark, isGeneral } = message
    for (const told of objects)
      pending.push({ at, key: keyOf(told.ref), layer: told.audience.tag === 'All' ? 'all' : 'own', told })
    if (!mark) return undefined
    const from = place(mark)
    if (!from) return anew
    const isWhole = from.start <= mark.base
    if (isGeneral) last = { ...from, at }
    if (isFresh && (!isWhole || mark.through < least)) return undefined
    const found = batch(mark)
    return found ? { tag: 'Batch', ...found } : anew
  }
  return {
    read: messages => {
      const steps: NodeFeedStep[] = []
      for (const message of messages) {
        const { sequence, subject, headers } = message
        const read = readNodeFeed(message)
        const isAgain =
          sequence === seen.sequence && subject === seen.subject && headers === seen.headers && read !== undefined
        const isOther = isResuming && !isAgain
        isResuming = false
        if (isAgain) continue
        const next = isOther ? anew : read && step(read)
        seen = { sequence, subject, headers }
        if (next) steps.push(next)
        if (next?.tag === 'Anew') break
      }
      return steps
    },
    begin: () => {
      pending = []
      isFresh = true
      last = undefined
      seen = nowhere
      isResuming = false
    },
    resume: () => void (isResuming = seen.sequence > 0),
    notBefore: through => void (least = Math.max(least, through)),
  }
}

const keyOf = (ref: ObjectRef): string => fullSubjectOf(ref)
