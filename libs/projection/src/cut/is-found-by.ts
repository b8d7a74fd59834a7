import type { Entry } from '../cut.ts'
import type { Index, Indexed, IndexOfEvery } from '../indexes.ts'
import { ObjectEntry } from './object-entry.ts'
import { memberIn, referencesIn } from './references.ts'

/** Whether an entry that no index is kept of would be found by it: for views in which objects are not as the cut has them. */
export const isFoundBy = ({ keysOf }: Pick<Index | IndexOfEvery, 'keysOf'>, key: string, entry: Entry): boolean =>
  keysOf(entry instanceof ObjectEntry ? entry : parsed(entry)).includes(key)

const parsed = (entry: Entry): Indexed => ({
  ref: entry.ref,
  get references() {
    return referencesIn(entry.object())
  },
  member: (...path) => memberIn(entry.object(), ...path),
})
