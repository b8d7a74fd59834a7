import type { ObjectRef } from '@periplus/api'
import type { LiveCut } from '@periplus/projection'
import { keyOf } from './known.ts'
import type { Known } from './known.ts'

/**
 * What this process has written, or read from the log, ahead of its cut (law 6: read your own writes, by sequence). A cut is a
 * prefix of the log, so an entry matters exactly as long as its sequence is above the cut's.
 */
export interface Recent {
  known(ref: ObjectRef): Known
  remember(ref: ObjectRef, known: Known): void
  /** How many objects are ahead of the cut; for metrics and tests. */
  size(): number
}

export const recentOver = (cut: LiveCut): Recent => {
  const ahead = new Map<string, Known>()
  cut.subscribe(() => {
    for (const [key, known] of ahead) if (known.sequence <= cut.sequence) ahead.delete(key)
  })
  return {
    known: ref => {
      const own = ahead.get(keyOf(ref))
      if (own && own.sequence > cut.sequence) return own
      return { sequence: cut.lastSequence(ref), object: cut.entry(ref)?.object() }
    },
    remember: (ref, known) => {
      if (known.sequence > cut.sequence) ahead.set(keyOf(ref), known)
    },
    size: () => ahead.size,
  }
}
