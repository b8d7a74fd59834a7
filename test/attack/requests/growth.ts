/** A look at a heap after a collection. */
export interface Weighed {
  readonly requests: number
  readonly heapBytes: number
  /** Of the objects that there are: what grows with them is state. */
  readonly stateBytes: number
}

export interface Growth {
  /** Bytes that the heap grew by with each request, besides what it grew by with the state. */
  readonly perRequest: number
  /** Standard error of that. */
  readonly error: number
}

const mean = (of: readonly number[]): number => of.reduce((sum, one) => sum + one, 0) / of.length
const product = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, one, at) => sum + one * (b[at] ?? 0), 0)

const fewest = 6

/** Least squares of the heap by requests and by the state's size; `undefined` of too few looks. */
export const growthOf = (looks: readonly Weighed[]): Growth | undefined => {
  if (looks.length < fewest) return undefined
  const centred = (of: (look: Weighed) => number): readonly number[] => {
    const values = looks.map(of)
    return values.map(value => value - mean(values))
  }
  const requests = centred(look => look.requests)
  const state = centred(look => look.stateBytes)
  const heap = centred(look => look.heapBytes)
  const [rr, rs, ss] = [product(requests, requests), product(requests, state), product(state, state)]
  const [rh, sh] = [product(requests, heap), product(state, heap)]
  // A state that does not change explains nothing.
  const determinant = ss > 0 ? rr * ss - rs * rs : rr
  const perRequest = ss > 0 ? (rh * ss - sh * rs) / determinant : rh / rr
  const perByte = ss > 0 ? (sh * rr - rh * rs) / determinant : 0
  const rest = heap.map((value, at) => value - perRequest * (requests[at] ?? 0) - perByte * (state[at] ?? 0))
  const variance = product(rest, rest) / (looks.length - 3)
  return { perRequest, error: Math.sqrt((variance * (ss > 0 ? ss : 1)) / determinant) }
}

/** Bytes a request that are within what measurements differ by. */
const tolerated = 16

/** Whether the heap grows for as long as there are requests, beyond what its measurements differ by. */
export const grows = ({ perRequest, error }: Growth): boolean => perRequest - 3 * error > tolerated
