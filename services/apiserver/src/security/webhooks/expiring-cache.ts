import type { Clock } from '@periplus/prelude'

/** What was answered lately. */
export interface ExpiringCache<A> {
  get(key: string): A | undefined
  /** For so many milliseconds, if nothing pushes it out. */
  put(key: string, value: A, milliseconds: number): void
}

/** Of so many answers at most: the one that was put in first goes first. */
export const expiringCache = <A>(clock: Clock, most: number): ExpiringCache<A> => {
  const known = new Map<string, { readonly value: A; readonly until: number }>()
  return {
    get: key => {
      const found = known.get(key)
      if (found && found.until > clock.now()) return found.value
      known.delete(key)
      return undefined
    },
    put: (key, value, milliseconds) => {
      known.delete(key)
      const oldest = known.keys().next()
      if (known.size >= most && !oldest.done) known.delete(oldest.value)
      known.set(key, { value, until: clock.now() + milliseconds })
    },
  }
}
