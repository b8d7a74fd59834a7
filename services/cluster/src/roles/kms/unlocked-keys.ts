import { E } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { ClusterKey, ClusterKeys, LockedKey } from '@periplus/log'
import type { KeptKey } from '../../home/cluster-keys.ts'
import type { KeyKeeper } from './key-keeper.ts'

/** Milliseconds after which a key that could not be unlocked is tried again. */
const tryAgain = 1_000

type Trial =
  | { readonly tag: 'Asking'; readonly ended: Promise<void> }
  | { readonly tag: 'Failed'; readonly why: string; readonly at: number }
  | { readonly tag: 'Unlocked'; readonly key: ClusterKey }

type Wrapped = Exclude<KeptKey, ClusterKey>

/** A key that was wrapped anew is asked for anew. */
const nameOf = ({ id, kms }: Wrapped): string => `${id}/${kms.ciphertext.toString('base64')}`

/**
 * The keys of a file that others may change, each unlocked once, as soon as it is seen. Whoever needs keys waits for the answer to a
 * question that is under way; a keeper that did not answer is asked again after a second. A key that was unlocked is the same whoever
 * keeps it from now on: it serves while its new keeper is asked, whom this process may not know yet.
 */
export const unlockedKeys = (
  kept: () => readonly KeptKey[],
  { keeper, clock }: { readonly keeper: () => KeyKeeper; readonly clock: Clock },
): ClusterKeys => {
  const trials = new Map<string, Trial>()
  const unlocked = new Map<string, ClusterKey>()

  const unlock = (name: string, key: Wrapped): Trial => {
    const ended = keeper()
      .unlock(key)
      .then(found => {
        if (E.isRight(found)) unlocked.set(key.id, found.right)
        trials.set(
          name,
          E.isRight(found)
            ? { tag: 'Unlocked', key: found.right }
            : { tag: 'Failed', why: found.left, at: clock.now() },
        )
      })
    const trial: Trial = { tag: 'Asking', ended }
    trials.set(name, trial)
    return trial
  }
  const trialOf = (key: Wrapped): Trial => {
    const name = nameOf(key)
    const trial = trials.get(name)
    return !trial || (trial.tag === 'Failed' && clock.now() - trial.at >= tryAgain) ? unlock(name, key) : trial
  }
  const keyOf = (key: KeptKey): ClusterKey | LockedKey => {
    if ('key' in key) return key
    const trial = trials.get(nameOf(key))
    const known = trial?.tag === 'Unlocked' ? trial.key : unlocked.get(key.id)
    if (known) return known
    return { id: key.id, locked: trial?.tag === 'Failed' ? trial.why : `${key.kms.provider} has not answered yet` }
  }
  return () => {
    const keys = kept()
    const asked = keys.flatMap(key => ('key' in key ? [] : [{ id: key.id, trial: trialOf(key) }]))
    const waited = asked.flatMap(({ id, trial }) => (trial.tag === 'Asking' && !unlocked.has(id) ? [trial.ended] : []))
    return waited.length === 0 ? keys.map(keyOf) : Promise.all(waited).then(() => keys.map(keyOf))
  }
}
