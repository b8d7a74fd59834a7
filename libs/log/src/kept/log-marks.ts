import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus, BusRefusal, StreamState } from '@periplus/bus'
import type { Sequence } from '../event.ts'
import { horizonsIn, horizonsKey, neverGoesBack, parseHorizons } from '../horizons.ts'
import { watermarkKey, watermarkOf } from '../jetstream/watermark.ts'
import { acceptedKey } from '../verify/gaps.ts'

/** The link of the last segment that the log was compacted into; in the stream's metadata. Empty: it went nowhere. */
export const archiveKey = 'io.periplus.archive'

/** Up to where a compaction has begun to take away; in the stream's metadata until it has ended. */
export const pendingKey = 'io.periplus.compacting'

export const pendingIn = ({ metadata }: Pick<StreamState, 'metadata'>): Sequence => Number(metadata[pendingKey] || 0)

/** What a compaction writes into the stream's metadata. */
export interface LogMarks {
  /** What it found there: where that is not what is there, nothing is written. */
  readonly found: { readonly watermark: Sequence; readonly pending: Sequence }
  /** By their keys, which are those of a compaction and no others. */
  readonly marks: Readonly<Record<string, string>>
}

const keys: readonly string[] = [watermarkKey, pendingKey, acceptedKey, archiveKey, horizonsKey]

/** Of the value of a mark, in characters. */
const longest = 8 * 1024

const isMark = ([key, value]: readonly [string, unknown]): boolean =>
  keys.includes(key) &&
  typeof value === 'string' &&
  value.length <= longest &&
  (key !== horizonsKey || parseHorizons(value) !== undefined)

/** What `marksText` wrote; `undefined` for anything else. */
export const marksOf = (data: Uint8Array): LogMarks | undefined => {
  try {
    const { found, marks } = JSON.parse(Buffer.from(data).toString()) as Partial<LogMarks>
    const numbers = [found?.watermark, found?.pending]
    const pairs = Object.entries(marks ?? {}) as readonly (readonly [string, unknown])[]
    const isOurs = numbers.every(number => Number.isSafeInteger(number)) && pairs.length > 0 && pairs.every(isMark)
    return isOurs ? ({ found, marks } as LogMarks) : undefined
  } catch {
    return undefined
  }
}

/** As they are sent to who may write them; JSON. */
export const marksText = ({ found, marks }: LogMarks): Uint8Array => Buffer.from(JSON.stringify({ found, marks }))

/** Writes them, unless another compaction was faster: one that is late would take the watermark back. */
export const writeMarks = async (
  { jetstream }: Pick<Bus, 'jetstream'>,
  { found, marks }: LogMarks,
  stream = 'OBJECTS',
): Promise<Either<BusRefusal, void>> => {
  const present = await jetstream.state(stream)
  if (E.isLeft(present)) return present
  if (watermarkOf(present.right) !== found.watermark || pendingIn(present.right) !== found.pending)
    return E.left({ tag: 'Rejected', message: 'the log is compacted by somebody else' })
  const horizons = marks[horizonsKey]
  if (horizons !== undefined && !neverGoesBack(horizonsIn(present.right), parseHorizons(horizons) ?? {}))
    return E.left({ tag: 'Rejected', message: 'what was forgotten does not come back' })
  return jetstream.annotate(stream, marks)
}
