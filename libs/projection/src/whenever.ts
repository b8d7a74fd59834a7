import type { ObjectRef } from '@periplus/api'
import type { LiveCut } from './cut.ts'

/**
 * Calls `told` now and whenever the answer to a question about the cut changes. It is asked again after changes of objects that it
 * depends on (`concerns`). Returns how to end it.
 */
export const whenever = (
  cut: LiveCut,
  concerns: (ref: ObjectRef) => boolean,
  ask: () => boolean,
  told: (answer: boolean) => void,
): (() => void) => {
  let known: boolean | undefined
  const look = (): void => {
    const answer = ask()
    if (answer === known) return
    known = answer
    told(answer)
  }
  look()
  return cut.subscribe(changes => {
    if (changes.some(({ event }) => concerns(event.ref))) look()
  })
}
