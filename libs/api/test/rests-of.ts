import type { Steps } from '@periplus/prelude'

/** How often the work rests until it is done. */
export const restsOf = (steps: Steps<unknown>): number => {
  let rests = 0
  while (!steps.next().done) rests++
  return rests
}
