import { setTimeout as later } from 'node:timers/promises'

/** Resolves when it is so; the test's own time limit bounds the wait. */
export const until = async (is: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await is())) await later(50)
}
