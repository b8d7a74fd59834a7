import { E } from '@periplus/prelude'
import { DamagedBlob } from '@periplus/log'
import type { EventLog, NewEvent, RecordedEvent, Sequence } from '@periplus/log'
import type { SnapshotSource } from './snapshot.ts'

/** What a projection still has of a log that has lost its end. */
export interface Loss {
  /** The newest sequence that the log had. */
  readonly last: Sequence
  /** The newest events of objects that the log no longer has, oldest first; tombstones without their bodies. */
  readonly events: readonly RecordedEvent[]
}

/** Objects that are compared, newest first, before a projection is taken for one of another log. */
const mostCompared = 2_000

const has = async (log: EventLog, { sequence, id }: RecordedEvent): Promise<boolean> => {
  const found = await log.get(sequence)
  return E.isRight(found) && found.right?.id === id
}

const everything = async (events: AsyncIterable<readonly RecordedEvent[]>): Promise<readonly RecordedEvent[]> => {
  const found: RecordedEvent[] = []
  for await (const batch of events) found.push(...batch)
  return found.sort((a, b) => a.sequence - b.sequence)
}

/**
 * What the store has and the log has not: a server that finds a damaged block cuts the log off there, says nothing, and gives the
 * same sequences again. `undefined` where nothing is lost, as far as the store can tell: it holds no more than the log, is
 * another log's (none of its events is in this one), or cannot be read. Costs one question where all is well.
 */
export const findLoss = async (log: EventLog, store: SnapshotSource): Promise<Loss | undefined> => {
  const snapshot = await store.snapshot()
  const bounds = await log.bounds()
  if (!snapshot?.tip || E.isLeft(bounds)) return undefined
  const tip = await log.get(snapshot.tip.sequence)
  if (E.isLeft(tip) || tip.right?.id === snapshot.tip.id) return undefined
  const held = await everything(snapshot.events).catch(() => [])
  const lost: RecordedEvent[] = []
  for (const event of held.toReversed().slice(0, mostCompared)) {
    const isBeyond = event.sequence > bounds.right.last
    if (!isBeyond && (await has(log, event))) return { last: snapshot.sequence, events: lost.reverse() }
    // A heartbeat that was replaced by a later one is not lost.
    if (isBeyond || !event.rollup) lost.push(event)
  }
  return undefined
}

/**
 * The newest events in the store that the log has no more, wherever they stood: blocks may be lost from its middle, too. Looks for each
 * of them, so that this is for logs of which it is known that something is lost. `undefined` where the store cannot be read, or is
 * another log's.
 */
export const findMissing = async (log: EventLog, store: SnapshotSource): Promise<Loss | undefined> => {
  const snapshot = await store.snapshot()
  const bounds = await log.bounds()
  if (!snapshot?.tip || E.isLeft(bounds)) return undefined
  const held = await everything(snapshot.events).catch(() => undefined)
  if (!held) return undefined
  const lost: RecordedEvent[] = []
  for (const event of held) if (!(await has(log, event))) lost.push(event)
  return lost.length > 0 && lost.length === held.length ? undefined : { last: snapshot.sequence, events: lost }
}

/**
 * The same of the newest snapshot that is whole, for objects of which the log has nothing newer: what is at or below the watermark is not looked for,
 * as the snapshot itself is what is left of it. `undefined` where there is none, or the log cannot be asked. What was deleted since, if that was
 * lost as well, comes back.
 */
export const findInBase = async (log: EventLog): Promise<Loss | undefined> => {
  const [bounds, bases] = [await log.bounds(), await log.bases(Number.MAX_SAFE_INTEGER)]
  if (E.isLeft(bounds) || E.isLeft(bases)) return undefined
  for (const base of bases.right) {
    const held = await everything(base.events).catch((error: unknown) => {
      if (error instanceof DamagedBlob) return undefined
      throw error
    })
    if (!held) continue
    const lost: RecordedEvent[] = []
    for (const event of held) {
      if (event.rollup || event.sequence <= bounds.right.watermark || (await has(log, event))) continue
      const newest = await log.last(event.ref)
      if (E.isRight(newest) && (newest.right?.sequence ?? 0) < event.sequence) lost.push(event)
    }
    return { last: base.sequence, events: lost }
  }
  return undefined
}

/** The event that brings an object back to where a lost one had left it; `undefined` where it is there, or has gone further. */
const restoring = (event: RecordedEvent, newest: RecordedEvent | undefined): NewEvent | undefined => {
  const { sequence: _, ...lost } = event
  const id = `restored/${event.id}`
  if (newest && (newest.id === id || newest.time > event.time)) return undefined
  const lives = newest !== undefined && newest.type !== 'deleted'
  if (event.type === 'deleted' && !lives) return undefined
  const expected = newest?.sequence ?? 0
  const isSame = lives && newest.uid === event.uid
  const changed = event.type === 'created' ? 'spec-changed' : event.type
  return {
    ...lost,
    id,
    type: event.type === 'deleted' || isSame ? changed : 'created',
    ...{ expected, previous: expected },
    origin: { ...event.origin, actor: 'controller:log-repair', component: 'log-repair', causes: [] },
    body: event.type === 'deleted' && newest ? newest.body : event.body,
  }
}

/**
 * Appends the lost states anew: what was written is never rewritten, so a lost event comes back as a new one, whose actor says that
 * it is a repair, under an id that makes a second try the same event. Gives the number of objects; throws where the log refuses.
 */
export const restoreLost = async (log: EventLog, { events }: Loss): Promise<number> => {
  let restored = 0
  for (const event of events) {
    const newest = await log.last(event.ref)
    if (E.isLeft(newest)) throw new Error(`the log cannot be read: ${JSON.stringify(newest.left)}`)
    const wanted = restoring(event, newest.right)
    if (!wanted) continue
    const appended = await log.append(wanted)
    if (E.isLeft(appended) && appended.left.tag !== 'Conflict')
      throw new Error(`a lost event cannot be restored: ${appended.left.message}`)
    if (E.isRight(appended)) restored++
  }
  return restored
}
