import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { DamagedBlob } from '@periplus/log'
import type { Base, EventBatch, EventLog, Sequence } from '@periplus/log'

/** What an empty projection is filled with, and what it then follows. */
export interface Filling {
  readonly base: Base | undefined
  readonly events: (signal: AbortSignal) => AsyncIterable<EventBatch>
}

/** The base of a filling was damaged; another is to be begun from an earlier one. */
export class DamagedFilling extends Error {
  readonly sequence: Sequence
  constructor(sequence: Sequence, cause: DamagedBlob) {
    super(cause.message, { cause })
    this.sequence = sequence
  }
}

async function* eventsOf(log: EventLog, base: Base | undefined, signal: AbortSignal): AsyncGenerator<EventBatch> {
  try {
    if (base) yield* base.events
  } catch (error) {
    throw base && error instanceof DamagedBlob ? new DamagedFilling(base.sequence, error) : error
  }
  yield* log.follow((base?.sequence ?? 0) + 1, signal)
}

/** Begins with the newest state of the log that is not known to be damaged, or with the log's first event. */
export const fillingOf = async (
  log: EventLog,
  damaged: ReadonlySet<Sequence>,
): Promise<Either<{ readonly message: string }, Filling>> => {
  const bounds = await log.bounds()
  if (E.isLeft(bounds)) return E.left({ message: 'the log cannot be read' })
  const bases = await log.bases(bounds.right.last)
  if (E.isLeft(bases)) return E.left({ message: 'the snapshots of the log cannot be read' })
  const base = bases.right.find(({ sequence }) => !damaged.has(sequence))
  if (!base && bounds.right.watermark > 0) return E.left({ message: 'no snapshot of the log is whole' })
  return E.right({ base, events: signal => eventsOf(log, base, signal) })
}
