import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import type { Sequence } from '@periplus/log'
import type { Cut, LiveCut } from '@periplus/projection'
import type { Call } from '../http/call.ts'
import { headerOf } from '../http/exchange.ts'
import type { Freshness } from './freshness.ts'

/** What a read is served from. */
export type View =
  | { readonly tag: 'Live'; readonly cut: LiveCut }
  /** Below `/at/`: the state of the past, which no longer changes. */
  | { readonly tag: 'Past'; readonly cut: Cut }

/** What ages are counted from: the present, or the moment that is asked about. */
export const clockFor = ({ past }: Pick<Call, 'past'>, clock: Clock): (() => number) =>
  past ? () => past.milliseconds : clock.now

export interface ViewDeps {
  readonly cut: LiveCut
  readonly freshness: Freshness
}

/** Asks that a read be refused rather than served from a state that may be old: `Periplus-Read: consistent`. */
const asksConsistent = (call: Call): boolean => headerOf(call.request, 'periplus-read')?.toLowerCase() === 'consistent'

/**
 * The state for a read that asked for `version`: `undefined` the newest there is, 0 any, else at least that one. When the
 * log can't be asked for what is newest, the read is told how old it is, or refused if it wanted no such thing.
 */
export const viewFor = async (
  { cut, freshness }: ViewDeps,
  call: Call,
  version: Sequence | undefined,
): Promise<Either<Refusal, View>> => {
  if (call.past) return E.right({ tag: 'Past', cut: call.past.cut })
  const live: View = { tag: 'Live', cut }
  if (version === 0) return E.right(live)
  if (version !== undefined) {
    const reached = await freshness.reach(version)
    return E.isLeft(reached) ? reached : E.right(live)
  }
  const consistent = asksConsistent(call)
  const age = await freshness.confirm(consistent)
  if (age.tag === 'Fresh') return E.right(live)
  if (consistent)
    return E.left({
      tag: 'ServiceUnavailable',
      message: 'the log cannot be reached, so that nothing can be read that is known to be current',
      retryAfterSeconds: 1,
    })
  call.setHeader('periplus-cut-age', String(age.seconds))
  call.warn(
    `the log cannot be reached: this is the state of ${age.seconds} seconds ago (resourceVersion ${cut.sequence})`,
  )
  return E.right(live)
}
