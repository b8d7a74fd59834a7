import type { ObjectRef } from '@periplus/api'
import type { Sequence } from '@periplus/log'
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

/**
 * The same for one command, which holds to what it has read from the log of objects that are gone: a cut forgets the oldest of them, and
 * still has those that the log has compacted away. What the cut hears later counts for more.
 */
export const recentOfCommand = (recent: Recent): Recent => {
  const read = new Map<string, { readonly known: Known; readonly heard: Sequence }>()
  return {
    known: ref => {
      const heard = recent.known(ref)
      // Most commands have read nothing, and are asked this often.
      const own = read.size === 0 ? undefined : read.get(keyOf(ref))
      return own && heard.sequence <= Math.max(own.heard, own.known.sequence) ? own.known : heard
    },
    remember: (ref, known) => {
      recent.remember(ref, known)
      read.set(keyOf(ref), { known, heard: recent.known(ref).sequence })
    },
    size: () => recent.size(),
  }
}
