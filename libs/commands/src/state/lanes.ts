/**
 * Commands of one process on one object take turns, so that they build on each other instead of refusing each other; commands on
 * different objects never wait. This is order within a process, not a lock: other processes are met by the log's compare-and-set.
 */
export interface Lanes {
  /** Answers when `task` has ended; the next in turn waits for `settled` too, where it is given. */
  run<A>(key: string, task: () => Promise<A>, settled?: (result: A) => Promise<unknown>): Promise<A>
}

export const lanes = (): Lanes => {
  const tails = new Map<string, Promise<unknown>>()
  return {
    run: (key, task, settled) => {
      const before = tails.get(key)
      const mine = before ? before.then(task, task) : task()
      const turn = settled ? mine.then(settled) : mine
      tails.set(key, turn)
      const leave = (): void => {
        if (tails.get(key) === turn) tails.delete(key)
      }
      turn.then(leave, leave)
      return mine
    },
  }
}
