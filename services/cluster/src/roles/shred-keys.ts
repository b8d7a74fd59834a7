import { E, lanes, pause } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { EventLog, KeyStore } from '@periplus/log'
import type { LiveCut } from '@periplus/projection'
import type { Logger, RunningService } from '@periplus/service'

/** Of a process that keeps the keys of what lives, and no others. */
export interface ShredKeys {
  readonly cut: LiveCut
  readonly log: Pick<EventLog, 'bounds'>
  readonly keys: KeyStore
  readonly clock: Clock
  readonly logger: Logger
  readonly onBug: (error: unknown) => void
}

/** A key is made before its object is: one that is younger than this may still get it. Milliseconds. */
const youngest = 10 * 60_000
const patience = 1_000
const everyMilliseconds = 60 * 60_000

/**
 * Shreds the key of a sealed object when it is deleted: from then on no event of it can be read, in the log, its snapshots, its archive
 * or Redis. What was missed while no process looked, and keys whose objects never came to be, go at the start and once an hour.
 */
export const shredKeys = ({ cut, log, keys, clock, logger, onBug }: ShredKeys): RunningService => {
  const stopping = new AbortController()
  const { signal } = stopping
  const turns = lanes()

  const shred = async (uid: string): Promise<void> => {
    for (let told = false; !signal.aborted; told = true) {
      const done = await keys.shred(uid)
      if (E.isRight(done)) return
      if (!told) logger.warn('the key of a deleted object is not shredded yet', { uid, reason: done.left.message })
      await pause(clock, patience, signal)
    }
  }
  const inTurn = (uid: string): void => void turns.run(uid, () => shred(uid)).catch(onBug)

  const sweep = async (): Promise<void> => {
    const before = clock.now() - youngest
    const all = await keys.all()
    if (E.isLeft(all)) return logger.warn('keys were not looked through', { reason: all.left.message })
    const bounds = await log.bounds()
    if (E.isLeft(bounds)) return logger.warn('keys were not looked through', { reason: bounds.left.tag })
    // A process that was held still, or cut off, may not know yet of objects whose keys are old.
    await cut.reached(bounds.right.last, signal)
    for (const { uid, time } of all.right) if (time < before && !cut.byUid(uid)) inTurn(uid)
  }
  const sweeping = async (): Promise<void> => {
    while (!signal.aborted) {
      await sweep().catch((error: unknown) => {
        if (!signal.aborted) throw error
      })
      await pause(clock, everyMilliseconds, signal)
    }
  }
  const stop = cut.subscribe(changes => {
    for (const { event } of changes) if (event.type === 'deleted' && event.stored) inTurn(event.uid)
  })
  const swept = sweeping().catch(onBug)
  return {
    name: 'shredded keys',
    stop: async () => {
      stop()
      stopping.abort()
      await swept
    },
  }
}
