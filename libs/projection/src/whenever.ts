import type { ObjectRef } from '@periplus/api'
import { nextTurn } from '@periplus/prelude'
import type { LiveCut } from './cut.ts'

/**
 * Calls `told` now and whenever the answer to a question about the cut changes. It is asked again after changes of objects that it
 * depends on (`concerns`), in a turn of its own: the answer may take longer than to apply what was changed. Returns how to end it.
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
  let isDue = false
  let isOver = false
  const stop = cut.subscribe(changes => {
    if (isDue || !changes.some(({ event }) => concerns(event.ref))) return
    isDue = true
    void nextTurn().then(() => {
      isDue = false
      if (!isOver) look()
    })
  })
  return () => {
    isOver = true
    stop()
  }
}
