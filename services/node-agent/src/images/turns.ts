/** Lets so many tasks run at once; the others wait in order. */
export const turns = (atOnce: number) => {
  const waiting: (() => void)[] = []
  let running = 0
  return async <A>(task: () => Promise<A>): Promise<A> => {
    if (running >= atOnce) await new Promise<void>(resolve => waiting.push(resolve))
    else running++
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
