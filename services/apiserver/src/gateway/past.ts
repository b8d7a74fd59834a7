import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { badRequest } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import { parseMoment } from '@periplus/replay'
import type { PastMoment } from '@periplus/replay'

export interface PastPath {
  /** Left: what was named is no moment. */
  readonly moment: Either<Refusal, PastMoment>
  /** The path as it would be without the prefix. */
  readonly path: string
}

/** `/at/<sequence or RFC 3339 time>/...`; `undefined` for every other path. */
export const parsePast = (path: string): PastPath | undefined => {
  if (path !== '/at' && !path.startsWith('/at/')) return undefined
  const [, , segment = '', ...rest] = path.split('/')
  let text = segment
  try {
    text = decodeURIComponent(segment)
  } catch {
    // Then it is neither a number nor a time, and refused as such.
  }
  return { moment: momentOf(text), path: `/${rest.join('/')}` }
}

const momentOf = (text: string): Either<Refusal, PastMoment> => {
  const moment = parseMoment(text)
  return moment
    ? E.right(moment)
    : E.left(
        badRequest(
          `/at/ is followed by a sequence or an RFC 3339 time, such as /at/1234/api or /at/2026-01-02T03:04:05Z/api`,
        ),
      )
}
