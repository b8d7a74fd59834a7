/** What callbacks put in and one loop takes out, all at once. */
export interface Mailbox<A> {
  put(item: A): void
  /** Everything that is there; waits for something to be there. Empty only after `wake`. */
  take(): Promise<readonly A[]>
  readonly size: number
  /** Lets a waiting `take` return. */
  wake(): void
}

export const mailbox = <A>(): Mailbox<A> => {
  let items: A[] = []
  let waiting: (() => void) | undefined
  const wake = (): void => {
    const resume = waiting
    waiting = undefined
    resume?.()
  }
  return {
    get size() {
      return items.length
    },
    put: item => {
      items.push(item)
      wake()
    },
    wake,
    take: async () => {
      if (items.length === 0) await new Promise<void>(resolve => (waiting = resolve))
      const taken = items
      items = []
      return taken
    },
  }
}
