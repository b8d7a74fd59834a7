import { E, pause, sharedTurn } from '@periplus/prelude'
import type { RecordedDecisions } from '@periplus/controller'
import type { EventLog, Sequence } from '@periplus/log'
import { foldTo } from '../cut-at.ts'
import { shadowOf } from './shadow.ts'
import type { Shadow, ShadowConfig } from './shadow.ts'

/** What a shadow is to follow, and who is told. */
export interface FollowLive extends Omit<ShadowConfig, 'cut'> {
  readonly log: Pick<EventLog, 'bases' | 'range' | 'bounds'>
  readonly decisions: Pick<RecordedDecisions, 'follow'>
  /** After each look, of which there is one a second. */
  readonly onLook: (shadow: Shadow) => void
  readonly signal: AbortSignal
  /** Milliseconds by which it stays behind the log: a decision is recorded when its commands are done. Default 15,000. */
  readonly behind?: number
  /** Milliseconds that the live ones have for a key that was woken, beside that. Default 60,000. */
  readonly patience?: number
  /** Default 1,000. */
  readonly lookEvery?: number
}

/**
 * Follows the log and the decisions of those who run from now on, until `signal` aborts; reads and nothing else. Rejects where either
 * cannot be read any more.
 */
export const followLive = async (config: FollowLive): Promise<void> => {
  const { log, decisions, clock, onLook, signal } = config
  const { behind = 15_000, patience = 60_000, lookEvery = 1_000 } = config
  const end = async (): Promise<Sequence> => {
    const bounds = await log.bounds()
    if (E.isRight(bounds)) return bounds.right.last
    throw new Error('the log cannot be read')
  }
  // Before it is known where the cut begins, so that no decision after that is missed.
  const coming = await decisions.follow(signal)
  const shadow = shadowOf({ ...config, cut: await foldTo(log, await end(), signal) })
  let broken: unknown
  const following = (async () => {
    for await (const record of coming) shadow.recorded(record)
  })().catch((error: unknown) => (broken ??= error))
  const seen: { readonly at: number; readonly last: Sequence }[] = []
  try {
    for (; !signal.aborted; await pause(clock, lookEvery)) {
      if (broken !== undefined) throw broken
      seen.push({ at: clock.now(), last: await end() })
      const old = seen.filter(({ at }) => at <= clock.now() - behind)
      seen.splice(0, old.length)
      await advance(shadow, log, old.at(-1)?.last ?? 0, signal)
      shadow.decideAlone(patience)
      onLook(shadow)
    }
  } finally {
    shadow.stop()
    if (signal.aborted) await following
  }
}

const advance = async (
  shadow: Shadow,
  log: Pick<EventLog, 'range'>,
  to: Sequence,
  signal: AbortSignal,
): Promise<void> => {
  if (to <= shadow.sequence) return
  for await (const batch of log.range(shadow.sequence + 1, to, signal)) {
    if (sharedTurn.isOver()) await sharedTurn.next()
    shadow.apply(batch)
  }
}
