import type { Target } from '@periplus/kinds'
import type { Backend } from '../routes/backend.ts'

/** Whose turn it is among a back end's endpoints. */
export interface Turns {
  /** All endpoints in the order in which they are to be tried; each is the first in its turn. */
  next(backend: Backend): readonly Target[]
  /** Of the others nothing is remembered. */
  keepOnly(names: ReadonlySet<string>): void
}

export const takeTurns = (): Turns => {
  const turns = new Map<string, number>()
  return {
    next: ({ name, targets }) => {
      if (targets.length === 0) return []
      const turn = ((turns.get(name) ?? -1) + 1) % targets.length
      turns.set(name, turn)
      return [...targets.slice(turn), ...targets.slice(0, turn)]
    },
    keepOnly: names => {
      for (const name of turns.keys()) if (!names.has(name)) turns.delete(name)
    },
  }
}
