/** Between one who writes and one who reads, who is a little behind. */
export interface Channel<A> {
  /** Resolves when the reader has room for more, or reads no more. */
  give(value: A): Promise<void>
  end(): void
  /** The reader is thrown this, behind what was given. */
  fail(error: unknown): void
  /** Nobody reads any more. */
  close(): void
  /** For one reader. */
  values(): AsyncGenerator<A>
}

/** Values that are given and not read. */
const most = 4

export const channel = <A>(): Channel<A> => {
  const held: A[] = []
  let ended: 'not' | 'ended' | { readonly error: unknown } = 'not'
  let isClosed = false
  let [more, room] = [(): void => undefined, (): void => undefined]
  return {
    give: async value => {
      if (isClosed) return
      held.push(value)
      more()
      if (held.length > most) await new Promise<void>(resolve => (room = resolve))
    },
    end: () => {
      ended = 'ended'
      more()
    },
    fail: error => {
      ended = { error }
      more()
    },
    close: () => {
      isClosed = true
      held.length = 0
      room()
    },
    values: async function* () {
      for (;;) {
        const value = held.shift()
        if (value !== undefined) {
          room()
          yield value
        } else if (ended === 'ended') return
        else if (ended !== 'not') throw ended.error
        else await new Promise<void>(resolve => (more = resolve))
      }
    },
  }
}
