import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Kind, Refusal } from '@periplus/api'
import type { Entry } from '@periplus/projection'
import type { ConvertObjects } from '@periplus/webhooks'
import { isPrepared, keepConverted } from './representation.ts'

export interface ConversionDeps {
  /** Absent: objects that only a webhook can convert cannot be shown. */
  readonly convert?: ConvertObjects | undefined
}

const noConversion: Refusal = { tag: 'NotBuilt', message: 'this server asks no conversion webhooks' }

/**
 * Has objects converted that only a webhook can bring into the kind's version, all of them with one question. What comes of it is
 * kept with the entry, which is one object at one sequence, so that it is asked for once; everybody else's reads wait for nothing.
 */
export const prepare = async (
  { convert }: ConversionDeps,
  kind: Kind,
  entries: readonly Entry[],
): Promise<Either<Refusal, void>> => {
  if (kind.convertedBy === undefined) return E.right(undefined)
  const missing = entries.filter(entry => !isPrepared(kind, entry))
  if (missing.length === 0) return E.right(undefined)
  if (!convert) return E.left(noConversion)
  const converted = await convert(
    kind,
    missing.map(entry => entry.object()),
  )
  if (E.isLeft(converted)) return converted
  for (const [i, object] of converted.right.entries()) keepConverted(kind, missing[i] as Entry, object)
  return E.right(undefined)
}
