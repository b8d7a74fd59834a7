import type { Kind } from '@periplus/api'
import type { Controller } from '@periplus/controller'
import { Pod } from '@periplus/kinds'
import { collect } from './decide.ts'
import { kindsOf } from './owners.ts'
import { everythingOwned, garbageOf } from './watch.ts'

/**
 * Deletes what belonged to something that is gone: in the background, in the foreground, or leaving orphans. Its keys are
 * uids, of objects of all the given kinds; it is woken by what may leave garbage and never goes looking for it.
 */
export const garbageCollector = (kinds: readonly Kind[]): Controller => {
  const known = kindsOf(kinds)
  return {
    name: 'garbagecollector',
    version: 1,
    // Its keys are of no one kind; pods are most of them.
    primary: Pod,
    wakesItself: () => false,
    startingKeys: everythingOwned,
    watches: kinds.filter(kind => kind.stored).map(garbageOf),
    decide: (cut, key) => collect(cut, known, key.name),
  }
}
