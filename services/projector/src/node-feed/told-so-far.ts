import { createHash } from 'node:crypto'
import type { StoredMessage } from '@periplus/bus'
import { feedBeginning, isSamePoint, readNodeFeed, toldKey } from '@periplus/log'
import type { Audience, FeedChain, FeedMark, FeedPoint, NodeFeedMessage, ToldObject } from '@periplus/log'
import type { Told } from '@periplus/projection'

type Ref = ToldObject['ref']

/** What an audience was last told of an object. */
interface ToldOnce {
  readonly audience: Audience
  /** In the feed. */
  readonly at: number
  readonly sequence: number
  readonly uid: string
  /** Of what is less than the object. */
  readonly digest: string
  readonly bytes: number
}

/** What stands on the feed, as its only writer goes on from it. No I/O. */
export interface ToldSoFar {
  /** The feed's last sequence. */
  readonly last: number
  /** The last mark for all nodes, and where it stands. */
  readonly mark: (FeedMark & { readonly at: number }) | undefined
  /** What the next message comes after. */
  readonly chain: FeedChain
  /** The log is told up to here, to some nodes at least. */
  readonly through: number
  /** Of the last mark, whosoever's it is. */
  readonly tip: FeedMark['tip']
  /** Of what was told until now, only versions of the log up to here are known to be that log's: the rest is told again. */
  trust(sequence: number): void
  /** What the newest messages come to. */
  readonly liveBytes: number
  /** Of every object of which somebody was told, and not that it is gone. */
  refs(): readonly Ref[]
  /** What has to be said, for everybody to know of an object what `wanted` says. */
  missing(ref: Ref, wanted: readonly Told[]): readonly ToldObject[]
  /** Whether a message is still what its audience knows of its object. */
  isNewest(message: Pick<ToldObject, 'audience' | 'ref'>, at: number): boolean
  /** Follows what was stored, by whomever; gives the objects of which something was told. */
  stored(messages: readonly StoredMessage[]): readonly Ref[]
  /** Messages behind `last`: with them, that is where the feed is. */
  grown(to: number): void
}

/** About what a message comes to beside its body. */
const around = 400

const digestOf = (body: Uint8Array): string => createHash('sha256').update(body).digest('base64url').slice(0, 22)

export const toldSoFar = (): ToldSoFar => {
  const byRef = new Map<string, { readonly ref: Ref; readonly audiences: Map<string, ToldOnce> }>()
  let liveBytes = 0
  let last = 0
  let mark: ToldSoFar['mark']
  let tip: FeedMark['tip']
  let trusted = { at: 0, sequence: 0 }
  let { general } = feedBeginning
  let alone = new Map<string, FeedPoint>()
  let through = 0
  const keyOf = (ref: Ref): string => toldKey({ ref, audience: { tag: 'All' } })

  const said = ({ ref, audience, sequence, uid, body }: ToldObject, at: number): void => {
    const [key, own] = [keyOf(ref), toldKey({ ref, audience })]
    const known = byRef.get(key) ?? { ref, audiences: new Map<string, ToldOnce>() }
    liveBytes -= known.audiences.get(own)?.bytes ?? 0
    if (body) {
      const digest = audience.tag === 'All' ? digestOf(body) : ''
      const bytes = body.length + around
      known.audiences.set(own, { audience, at, sequence, uid, digest, bytes })
      liveBytes += bytes
    } else known.audiences.delete(own)
    if (known.audiences.size > 0) byRef.set(key, known)
    else byRef.delete(key)
  }

  const lengthen = ({ audience, after, at, run }: NodeFeedMessage): void => {
    if (audience.tag === 'All') [general, alone] = [{ at, run }, new Map()]
    else {
      if (!isSamePoint(general, after.general)) [general, alone] = [after.general, new Map()]
      alone.set(audience.node, { at, run })
    }
  }

  return {
    get last() {
      return last
    },
    get mark() {
      return mark
    },
    get tip() {
      return tip
    },
    get chain() {
      return { general, alone }
    },
    get through() {
      return through
    },
    get liveBytes() {
      return liveBytes
    },
    refs: () => [...byRef.values()].map(({ ref }) => ref),
    missing: (ref, wanted) => {
      const known = byRef.get(keyOf(ref))?.audiences ?? new Map<string, ToldOnce>()
      const kept = new Set<string>()
      const news = wanted.flatMap(({ audience, sequence, uid, isPart, body }): readonly ToldObject[] => {
        const key = toldKey({ ref, audience })
        kept.add(key)
        const told = known.get(key)
        const isTrusted = told && (told.at > trusted.at || told.sequence <= trusted.sequence)
        if (isTrusted && told.uid === uid && told.sequence === sequence) return []
        const bytes = body()
        if (isPart && told?.uid === uid && told.digest === digestOf(bytes)) return []
        return [{ ref, audience, sequence, uid, body: bytes }]
      })
      const ends = [...known]
        .filter(([key]) => !kept.has(key))
        .map(([, { audience, sequence, uid }]) => ({ ref, audience, sequence, uid }))
      return [...ends, ...news]
    },
    isNewest: ({ ref, audience }, at) => byRef.get(keyOf(ref))?.audiences.get(toldKey({ ref, audience }))?.at === at,
    stored: messages => {
      const refs: Ref[] = []
      for (const message of messages) {
        const read = readNodeFeed(message)
        last = Math.max(last, message.sequence)
        if (!read) continue
        for (const object of read.objects) {
          said(object, read.at)
          refs.push(object.ref)
        }
        lengthen(read)
        if (!read.mark) continue
        if (read.audience.tag === 'All') mark = { ...read.mark, at: read.at }
        through = Math.max(through, read.mark.through)
        tip = read.mark.tip
      }
      return refs
    },
    trust: sequence => void (trusted = { at: last, sequence }),
    grown: to => void (last = Math.max(last, to)),
  }
}
