import { pause, thrownText } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { LogWriter, WriteAnswer, WriteFailure } from '../backend.ts'
import type { LogLine } from '../line.ts'
import { afterAnswer } from './after-answer.ts'
import type { LostLine } from './after-answer.ts'

/** How a delivery buffers and tries again. */
export interface DeliverySettings {
  readonly clock: Clock
  /** Milliseconds before the first repetition; doubles up to `longestWait`. */
  readonly firstWait: number
  /** Also the longest that a backend's `Retry-After` is obeyed. */
  readonly longestWait: number
  /** Told of each failure before it is waited for. */
  readonly onFailure?: (failure: WriteFailure) => void
  /** A writer that threw, which is a bug of its adapter: taken as `Unavailable`. */
  readonly onBug?: (error: unknown) => void
}

/** How a delivery stands. */
export interface Delivered {
  readonly delivered: number
  readonly lost: readonly LostLine[]
  /** What was neither: empty unless `signal` was aborted. */
  readonly left: readonly LogLine[]
}

/** What brings records to one writer. */
export interface Delivery {
  /** Brings a batch to the backend, however long that takes, or until `signal` aborts. One at a time. */
  deliver(lines: readonly LogLine[], signal: AbortSignal): Promise<Delivered>
}

/**
 * So many lines in a row may be refused by what each alone was answered: after that it is taken for the backend's fault, or the
 * configuration's, and nothing more is given up until the backend has taken a line again.
 */
const mostSuspects = 100

/** How many batches have to go well before a larger one is tried. */
const tryMoreAfter = 16

/** Sends batches through a writer until each of their lines is delivered or refused for good. */
export const delivery = (writer: LogWriter, settings: DeliverySettings): Delivery => {
  const { clock, firstWait, longestWait, onFailure, onBug } = settings
  let suspects = 0
  // How many lines at once were not too many lately.
  let fits = Infinity
  let fitted = 0

  const fit = (count: number, { tag }: WriteAnswer): void => {
    if (tag === 'TooLarge') [fits, fitted] = [Math.ceil(count / 2), 0]
    else if (tag === 'Taken' && count >= fits && ++fitted >= tryMoreAfter)
      [fits, fitted] = [fits + Math.ceil(fits / 8), 0]
  }

  const write = async (lines: readonly LogLine[], signal: AbortSignal): Promise<WriteAnswer> => {
    try {
      return await writer.write(lines, signal)
    } catch (error) {
      onBug?.(error)
      return { tag: 'Unavailable', why: thrownText(error) }
    }
  }

  const waitFor = (failure: WriteFailure, attempts: number): number => {
    if (failure.tag === 'Denied') return longestWait
    const backOff = firstWait * 2 ** Math.min(attempts, 30)
    const asked = failure.tag === 'Unavailable' ? (failure.retryAfter ?? 0) : 0
    return Math.min(longestWait, Math.max(backOff, asked))
  }

  const deliver = async (batch: readonly LogLine[], signal: AbortSignal): Promise<Delivered> => {
    let pending = inPieces(batch, fits)
    let delivered = 0
    let attempts = 0
    const lost: LostLine[] = []
    for (let [lines] = pending; lines !== undefined && !signal.aborted; [lines] = pending) {
      const answer = await write(lines, signal)
      fit(lines.length, answer)
      const after = afterAnswer(lines, answer)
      // Given up in the middle: what the answer says is of an attempt that nobody waited for.
      if (signal.aborted && after.failure) break
      if (after.delivered > 0) suspects = 0
      delivered += after.delivered
      const blamed = after.lost.filter(({ named }) => !named)
      const beyond = blamed.length > 0 && suspects >= mostSuspects
      const [suspect] = blamed
      const failure: WriteFailure | undefined =
        beyond && suspect ? { tag: 'Denied', why: `every line is refused: ${suspect.why}` } : after.failure
      if (!beyond) {
        suspects += blamed.length
        lost.push(...after.lost)
        pending = [...after.again, ...pending.slice(1)]
      }
      if (failure === undefined) {
        attempts = 0
        continue
      }
      onFailure?.(failure)
      await pause(clock, waitFor(failure, attempts++), signal)
    }
    return { delivered, lost, left: pending.flat() }
  }
  return { deliver }
}

const inPieces = (lines: readonly LogLine[], most: number): readonly (readonly LogLine[])[] => {
  if (lines.length <= most) return lines.length === 0 ? [] : [lines]
  const pieces = Array.from({ length: Math.ceil(lines.length / most) }, (_, i) => lines.slice(i * most, (i + 1) * most))
  return pieces
}
