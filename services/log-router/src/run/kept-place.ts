import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { PositionRefusal, SinkPosition, SinkPositions } from '../positions/positions.ts'

/** A sink's place in the stream, which this copy of the router has claimed. */
export interface KeptPlace {
  /** What was kept when it was claimed; `undefined` for a new sink. */
  readonly found: SinkPosition | undefined
  /** Keeps a later one. Resolves to whether the sink is still this copy's. */
  keep(value: Omit<SinkPosition, 'router'>): Promise<boolean>
}

/**
 * Claims a sink by writing its place anew: from then on a copy that had it before is refused. Left: it cannot be had now. A write of which nobody knows whether it was done is looked up before the next.
 */
export const claimPlace = async (
  positions: SinkPositions,
  uid: string,
  router: string,
): Promise<Either<PositionRefusal, KeptPlace>> => {
  const loaded = await positions.load(uid)
  if (E.isLeft(loaded)) return loaded
  const { value: found } = loaded.right
  let revision: number | undefined = loaded.right.revision

  const keep = async (value: Omit<SinkPosition, 'router'>): Promise<boolean> => {
    if (revision === undefined) {
      const now = await positions.load(uid)
      if (E.isLeft(now)) return true
      if (now.right.value !== undefined && now.right.value.router !== router) return false
      revision = now.right.revision
    }
    const saved = await positions.save(uid, { ...value, router }, revision)
    revision = E.isRight(saved) ? saved.right : undefined
    return E.isRight(saved) || saved.left.tag !== 'Taken'
  }
  if (found) {
    const { position, delivered, dropped } = found
    const claimed = await positions.save(uid, { position, delivered, dropped, router }, loaded.right.revision)
    if (E.isLeft(claimed)) return claimed
    revision = claimed.right
  }
  return E.right({ found, keep })
}
