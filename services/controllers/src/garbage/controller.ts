import type { Controller } from '@periplus/controller'
import type { KindsAt } from '@periplus/custom'
import { Pod } from '@periplus/kinds'
import { collect } from './decide.ts'
import { kindsOf } from './owners.ts'
import { everythingOwned, garbage } from './watch.ts'

/**
 * Deletes what belonged to something that is gone: in the background, in the foreground, or leaving orphans. Its keys are
 * uids, of objects of all kinds; it is woken by what may leave garbage and never goes looking for it.
 */
export const garbageCollector = (kindsAt: KindsAt): Controller => ({
  name: 'garbagecollector',
  version: 1,
  // Its keys are of no one kind; pods are most of them.
  primary: Pod,
  wakesItself: () => false,
  startingKeys: everythingOwned,
  watches: [garbage],
  about: (cut, key) => cut.byUid(key.name)?.object(),
  decide: (cut, key) => collect(cut, kindsOf(kindsAt(cut)), key.name),
})
