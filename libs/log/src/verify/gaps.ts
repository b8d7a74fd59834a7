import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus, BusRefusal, StreamState } from '@periplus/bus'
import { replacedOf } from '../jetstream/replaced.ts'
import { watermarkOf } from '../jetstream/watermark.ts'
import type { Sequence } from '../event.ts'

/** Where a log's stream has no message. */
export interface Gaps {
  /**
   * Sequences that no rollup says to have taken away. Above a watermark: less what the rollups there have taken away below it, so that
   * this counts from `accepted` and not from 0.
   */
  readonly unexplained: number
  /** As many were so when the log was last taken as it is; `undefined`: it never was. */
  readonly accepted: number | undefined
  /** The stream's last sequence. */
  readonly last: Sequence
}

/** In the stream's metadata. */
export const acceptedKey = 'io.periplus.gaps'

/** Sequences above the watermark at which the stream counts no message, lost ones at its beginning included. */
const missingIn = (state: StreamState): number => Math.max(0, state.lastSequence - watermarkOf(state) - state.messages)

/** As many gaps were there, for no reason that is known, when the log was last taken as it is. */
export const acceptedIn = ({ metadata }: StreamState): number | undefined => {
  const accepted = metadata[acceptedKey]
  return accepted === undefined ? undefined : Number(accepted)
}

/** So often is counted again while rollups are being written. */
const tries = 5

/**
 * Counts where the log has gaps, by the stream's own numbers and by what its rollups say: a server that finds a damaged block among others
 * leaves its events out, and says so nowhere else. Costs a few questions and the rollups. Never counts too many: of a rollup that
 * another one replaces before it is read, that one is read instead.
 *
 * @param rollups subjects on which rollups are written
 */
export const logGaps = async (
  { jetstream }: Bus,
  rollups: readonly string[],
  stream = 'OBJECTS',
): Promise<Either<BusRefusal, Gaps>> => {
  /** What was taken away of each subject, as its newest rollup that was read says. */
  const replaced = new Map<string, number>()
  let first: StreamState | undefined
  for (let [left, from] = [tries, 1]; ; left--) {
    const before = await jetstream.state(stream)
    if (E.isLeft(before)) return before
    first ??= before.right
    const { lastSequence: last } = before.right
    if (last >= from)
      for (const subject of rollups)
        for await (const messages of jetstream.read({ stream, from, to: last, subject }))
          for (const message of messages) {
            const taken = replacedOf(message)
            if (taken !== undefined) replaced.set(message.subject, taken)
          }
    from = last + 1
    const after = await jetstream.state(stream)
    if (E.isLeft(after)) return after
    const isQuiet = missingIn(before.right) === missingIn(after.right)
    if (!isQuiet && left > 1) continue
    // Where it is never quiet, rollups that were read later say too much of what was missing at first, and none is overlooked.
    const counted = isQuiet ? before.right : first
    const unexplained = missingIn(counted) - [...replaced.values()].reduce((sum, one) => sum + one, 0)
    return E.right({
      unexplained: watermarkOf(counted) === 0 ? Math.max(0, unexplained) : unexplained,
      accepted: acceptedIn(counted),
      last,
    })
  }
}

/** Takes the log as it is, with so many gaps that nothing explains. */
export const acceptGaps = (
  { jetstream }: Bus,
  unexplained: number,
  stream = 'OBJECTS',
): Promise<Either<BusRefusal, void>> => jetstream.annotate(stream, { [acceptedKey]: String(unexplained) })
