import { E } from '@periplus/prelude'
import type { KeptPosition, SinkPositions } from './positions.ts'

/** Positions that live as long as this value. */
export const memoryPositions = (): SinkPositions => {
  const kept = new Map<string, KeptPosition>()
  let last = 0
  const of = (uid: string): KeptPosition => kept.get(uid) ?? { revision: 0, value: undefined }
  return {
    load: async uid => E.right(of(uid)),
    save: async (uid, value, revision) => {
      if (of(uid).revision !== revision) return E.left({ tag: 'Taken' })
      kept.set(uid, { revision: ++last, value })
      return E.right(last)
    },
    forget: async uid => void kept.delete(uid),
  }
}
