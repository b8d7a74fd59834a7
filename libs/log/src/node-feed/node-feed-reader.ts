import { crc32 } from 'node:zlib'
import type { StoredMessage } from '@periplus/bus'
import { fullSubjectOf } from '../encoding/subject.ts'
import type { Origin, RecordedEvent, Sequence } from '../event.ts'
import { readNodeFeed } from './node-feed-message.ts'
import type { FeedMark, NodeFeedMessage } from './node-feed-message.ts'
import { placeOnFeed } from './place-on-feed.ts'
import type { PlaceOnFeed } from './place-on-feed.ts'
import type { ToldObject } from './told-object.ts'

/** What leads from the part of the log that concerns a node, as it was, to the one as it is at `through`. */
export interface NodeFeedBatch {
  /** Of each object one at most, or two where another one has its name: the end of the one before, and the beginning of this. */
  readonly events: readonly RecordedEvent[]
  readonly through: Sequence
}

/** What comes of messages. `Missed`: something came before that was not read, and the feed is to be asked for again; nothing behind that is read. */
export type NodeFeedStep = ({ readonly tag: 'Batch' } & NodeFeedBatch) | { readonly tag: 'Missed' }

/** What a node was told, and how it is to be changed for what it is told now. No I/O. */
export interface NodeFeedReader extends Pick<PlaceOnFeed, 'from' | 'state'> {
  /** The next messages, be they the writer's or not. */
  read(messages: readonly Omit<StoredMessage, 'time'>[]): readonly NodeFeedStep[]
  /** The feed comes again, from its first message on. What is not on it any more goes with the first batch. */
  begin(): void
  /** The feed comes again, from `from` on. The log's head is `head`: what the feed was before that is history, and no first batch. */
  again(head: Sequence): void
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

const missed = { tag: 'Missed' } as const

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
export const nodeFeedReader = (node: string): NodeFeedReader => {
  const place = placeOnFeed(node)
  let shown = nothing()
  let pending: Pending[] = []
  let least: Sequence = 0
  /** Of the last batch. */
  let whole = 0
  /** Reads from the first message on, and has not been given all yet. */
  let isFresh = true
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
  const step = ({ at, objects, mark }: NodeFeedMessage): NodeFeedStep | undefined => {
    for (const told of objects)
      pending.push({ at, key: fullSubjectOf(told.ref), layer: told.audience.tag === 'All' ? 'all' : 'own', told })
    if (!mark || (isFresh && (place.start > mark.base || mark.through < least))) return undefined
    const found = batch(mark)
    if (found) return { tag: 'Batch', ...found }
    begin()
    return missed
  }
  const begin = (): void => {
    pending = []
    isFresh = true
    place.begin()
  }
  return {
    get from() {
      return place.from
    },
    get state() {
      return place.state
    },
    read: messages => {
      const steps: NodeFeedStep[] = []
      for (const message of messages) {
        const read = readNodeFeed(message)
        if (!read) continue
        const next = place.next(read)
        if (next === 'Other') begin()
        const found = next === 'Follows' ? step(read) : next === 'Again' ? undefined : missed
        if (found) steps.push(found)
        if (found?.tag === 'Missed') break
      }
      return steps
    },
    begin,
    again: head => {
      least = Math.max(least, head)
      place.again()
    },
  }
}
