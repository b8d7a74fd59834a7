/** Tasks of one key take turns, in order; those of different keys never wait for each other. This is order within a process, not a lock. */
export interface Lanes {
  run<A>(key: string, task: () => Promise<A>): Promise<A>
  /** Runs a task when it is its turn on all of these, which are waited for in this order. */
  inAll(keys: readonly string[]): <A>(task: () => Promise<A>) => Promise<A>
}

/** Lanes in which nobody is yet. */
export const lanes = (): Lanes => {
  const tails = new Map<string, Promise<unknown>>()
  const run: Lanes['run'] = (key, task) => {
    const before = tails.get(key)
    const mine = before ? before.then(task, task) : task()
    tails.set(key, mine)
    const leave = (): void => {
      if (tails.get(key) === mine) tails.delete(key)
    }
    mine.then(leave, leave)
    return mine
  }
  return {
    run,
    inAll: keys => task => keys.reduceRight((inner, key) => () => run(key, inner), task)(),
  }
}
