/** Work of one key is done by one at a time, in order; that of others does not wait for it. */
export const keyedTurns = () => {
  const last = new Map<string, Promise<unknown>>()
  return async <A>(key: string, work: () => Promise<A>): Promise<A> => {
    const mine = (last.get(key) ?? Promise.resolve()).then(work, work)
    const settled = mine.catch(() => undefined)
    last.set(key, settled)
    try {
      return await mine
    } finally {
      if (last.get(key) === settled) last.delete(key)
    }
  }
}
