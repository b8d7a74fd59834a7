import type { ToldObject } from '@periplus/log'
import { othersPodsConcern, resourcesOfFeed, toldOfObject, touchedBy } from '@periplus/projection'
import type { Change, Cut } from '@periplus/projection'
import type { Saying } from './next-messages.ts'
import type { ToldSoFar } from './told-so-far.ts'

type Ref = ToldObject['ref']

/** What is to be said next, round by round, so that the feed says what the cut does. No I/O. */
export interface SayingRounds {
  /** Whether objects wait for being looked at. */
  readonly isDue: boolean
  /** Milliseconds until they are to be: `next` says nothing before. */
  rest(now: number): number
  /** After changes that the cut shows. */
  touched(changes: readonly Change[]): void
  /** Objects of which somebody else told something. */
  look(refs: readonly Ref[]): void
  /** Everything there is, here or on the feed. */
  lookAtAll(told: ToldSoFar): void
  /** The next round. Where it was not said, or not all of it is known to be, `again` is to be called. */
  next(told: ToldSoFar, now: number): Saying & { readonly again: () => void }
}

/** Objects that are looked at in one turn; after so many turns that left some out, all are, as nodes are told of none of them before. */
const usuallyAtOnce = 256
const mostTurns = 32
/** All nodes are told so often, at least, how far the feed is, while the log goes on. */
export const markMilliseconds = 1_000
/** And so often while it does not: a node that hears nothing for long asks whether it has missed something. */
const stillMilliseconds = 5_000

/**
 * Milliseconds between two messages to all nodes, for each of these: the server sends such a message as often as there are nodes, so that they cost it
 * as much a second, however many they are. What comes meanwhile waits, also what single nodes are told, as each has the log at one sequence.
 */
const millisecondsOfNode = 1

/** Bytes of objects that all nodes are to be told of, up to which they wait for the end of their round: each message is sent to every node. */
const mostForAll = 1024 * 1024

const keyOf = ({ group, resource, namespace, name }: Ref): string => `${resource}.${group}/${namespace}/${name}`

const isToldToAll = ({ audience }: ToldObject): boolean => audience.tag === 'All'

/** Pure but for its own memory. */
export const sayingRounds = (cut: Cut, atOnce = usuallyAtOnce): SayingRounds => {
  const waiting = new Map<string, Ref>()
  /** Of this round, for all nodes, by what they are about. */
  const forAll = new Map<string, ToldObject>()
  let marked = -Infinity
  /** All nodes are to be told how far the feed is, with the next round that leaves nothing out. */
  let isOwed = true
  let turns = 0
  let heldUntil = -Infinity
  let podsConcern = othersPodsConcern(cut)
  const look = (refs: readonly Ref[]): void => {
    for (const ref of refs) waiting.set(keyOf(ref), ref)
  }
  const lookAtEvery = (group: string, resource: string): void =>
    look(cut.entries(group, resource).map(({ ref }) => ref))
  /** What all are told with this turn: nothing, or all of these. */
  const released = (isWhole: boolean): readonly ToldObject[] => {
    const all = [...forAll.values()]
    if (!isWhole && all.reduce((sum, { body }) => sum + (body?.length ?? 0), 0) < mostForAll) return []
    forAll.clear()
    return all
  }
  const paced = (): number => marked + Math.min(markMilliseconds, millisecondsOfNode * cut.entries('', 'nodes').length)
  const nothing = { objects: [], isForAll: false, again: () => undefined }
  return {
    get isDue() {
      return waiting.size > 0
    },
    rest: now => (waiting.size > 0 ? Math.max(0, heldUntil - now) : 0),
    look,
    touched: changes => {
      changes.forEach(change => look(touchedBy(cut, change)))
      if (podsConcern === othersPodsConcern(cut)) return
      podsConcern = !podsConcern
      lookAtEvery('', 'pods')
    },
    lookAtAll: told => {
      isOwed = true
      podsConcern = othersPodsConcern(cut)
      for (const { group, resource } of resourcesOfFeed) lookAtEvery(group, resource)
      look(told.refs())
    },
    next: (told, now) => {
      if (waiting.size > 0 && now < heldUntil) return nothing
      const refs = [...waiting.values()].slice(0, turns < mostTurns ? atOnce : waiting.size)
      const objects = refs.flatMap(ref => told.missing(ref, toldOfObject(cut, ref)))
      const isToAll = objects.some(isToldToAll)
      // What has begun is said to its end.
      if (turns === 0 && (isToAll || isOwed) && now < paced()) {
        heldUntil = paced()
        return nothing
      }
      for (const key of refs.map(keyOf)) {
        waiting.delete(key)
        forAll.delete(key)
      }
      const isWhole = waiting.size === 0
      for (const one of objects.filter(isToldToAll)) forAll.set(keyOf(one.ref), one)
      const general = released(isWhole)
      turns = isWhole ? 0 : turns + 1
      if (!isWhole || isToAll) isOwed = true
      const isBehind = (told.mark?.through ?? -1) < cut.sequence
      const isLate = now - marked >= (isBehind ? markMilliseconds : stillMilliseconds)
      const isForAll = isWhole && (isOwed || isLate)
      if (isForAll) {
        marked = now
        isOwed = false
      }
      return {
        objects: [...objects.filter(object => !isToldToAll(object)), ...general],
        ...(isWhole ? { through: cut.sequence } : {}),
        isForAll,
        again: () => {
          look(refs)
          look(general.map(({ ref }) => ref))
          isOwed = true
        },
      }
    },
  }
}
