import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { BusRefusal } from '@periplus/bus'
import type { PublishedAs } from '../encoding/cloud-event.ts'
import { subjectOf } from '../encoding/subject.ts'
import type { NewEvent } from '../event.ts'
import type { BaseOfLog } from './base-of-log.ts'

/**
 * How events are published whose objects were last written at or below the watermark, or never: their subjects have no message any more.
 * So the server is to expect none, once it is known that what the event expects is what the log had at its watermark. Also of an
 * event that expects no object: there may be one down there, which the server would not know of. `undefined`: as they are.
 */
export const belowWatermark =
  (base: BaseOfLog) =>
  async (events: readonly NewEvent[]): Promise<Either<BusRefusal, readonly PublishedAs[] | undefined>> => {
    const watermark = await base.watermark()
    if (E.isLeft(watermark)) return watermark
    if (!events.some(({ expected }) => expected <= watermark.right) || watermark.right === 0) return E.right(undefined)
    const each = await Promise.all(
      events.map(async ({ ref, expected }): Promise<Either<BusRefusal, PublishedAs>> => {
        if (expected > watermark.right) return E.right({})
        const kept = await base.bySubject(subjectOf(ref))
        if (E.isLeft(kept)) return kept
        // Else it is refused, as the subject has no message of that number; and 0 is a number that it must not be taken for.
        return E.right({ lastOnSubject: (kept.right?.sequence ?? 0) === expected ? 0 : impossible })
      }),
    )
    const all = E.sequenceArray(each)
    if (E.isLeft(all)) return all
    const isAsItIs = all.right.every(
      ({ lastOnSubject }, i) => (lastOnSubject ?? events[i]?.expected) === events[i]?.expected,
    )
    return E.right(isAsItIs ? undefined : all.right)
  }

/** No subject's last sequence. */
const impossible = Number.MAX_SAFE_INTEGER
