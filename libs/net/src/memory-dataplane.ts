import { E } from '@periplus/prelude'
import type { Dataplane } from './dataplane.ts'
import { nothingHeld } from './ruleset.ts'
import type { Held } from './ruleset.ts'
import { transactionOf } from './transaction.ts'

/** A table that filters nothing, for tests and simulations. */
export const memoryDataplane = (table = 'periplus'): Dataplane => {
  let held: Held = nothingHeld
  return {
    name: 'memory',
    apply: async ruleset => {
      const bytes = transactionOf(table, held, ruleset).length
      held = ruleset
      return E.right({ bytes })
    },
    current: async () => E.right(held),
    clear: async () => {
      held = nothingHeld
      return E.right(undefined)
    },
  }
}
