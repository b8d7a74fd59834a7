/** Asks until the answer is neither undefined nor false; an error counts as a no. Rejects at the deadline, with the last error. */
export const until = async <A>(
  what: string,
  ask: () => Promise<A | undefined | false> | A | undefined | false,
  milliseconds = 60_000,
): Promise<A> => {
  let last: unknown
  for (const end = performance.now() + milliseconds; performance.now() < end;) {
    try {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer
      last = undefined
    } catch (error) {
      last = error
    }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`not within ${milliseconds / 1000} s: ${what}`, { cause: last })
}
