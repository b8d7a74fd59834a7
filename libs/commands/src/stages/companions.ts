import { E } from '@periplus/prelude'
import type { Companions } from '../admission/plugin.ts'
import type { Attempt, Stage, Verdict } from './stage.ts'

/** Asks the plugins what is to be written besides; where none of them has anything to say, nobody is waited for. */
export const companions: Stage = attempt => {
  const { candidate, context } = attempt
  const asked = context.plugins.flatMap(plugin => plugin.companions?.(candidate, context) ?? [])
  return asked.length === 0
    ? E.right(attempt)
    : gathered(
        attempt,
        asked.map(one => Promise.resolve(one)),
      )
}

const gathered = async (attempt: Attempt, asked: readonly Promise<Companions>[]): Promise<Verdict> => {
  const found = E.sequenceArray(await Promise.all(asked))
  if (E.isLeft(found)) return found
  return E.right({ ...attempt, companions: [...attempt.companions, ...found.right.flat()] })
}
