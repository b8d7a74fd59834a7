import { dirname } from 'node:path'
import { E, pause, systemClock } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { holdLock } from '@periplus/service'
import type { Logger } from '@periplus/service'
import { makeClusterKeys, newClusterKey, readClusterKeys, writeClusterKeys } from '../../home/cluster-keys.ts'
import type { KeptKey } from '../../home/cluster-keys.ts'
import { CannotGoOn } from '../../home/say.ts'
import { waitUntil } from '../start-waits.ts'
import { keepAll, unlockAll } from './key-keeper.ts'
import type { KeyKeeper } from './key-keeper.ts'

/** Of a start that waits for somebody. */
interface Waiting {
  readonly told: Promise<void>
  readonly log: Logger
}

const lookEvery = 50

/** Changes the file of the keys, one at a time of those who would: what one reads there is still there when it writes. */
export const changingKeys = async <A>(path: string, change: () => Promise<A>): Promise<A> => {
  for (;;) {
    const lock = await holdLock(dirname(path))
    if (lock)
      try {
        return await change()
      } finally {
        await lock.release()
      }
    await pause(systemClock, lookEvery)
  }
}

/** A key that is kept by the first of the providers; waits until that one does it. */
export const makeFirstKey = async (path: string, keeper: () => KeyKeeper, waiting: Waiting): Promise<void> => {
  const key = newClusterKey()
  const kept = await answered(() => keeper().keep(key), waiting)
  if (kept) makeClusterKeys(path, kept)
}

/**
 * Has the keys of the file kept by the first of the providers, with the key that this one has now, as a cluster that is started with
 * another configuration has them kept otherwise. Nothing that is sealed changes by it. Waits until that one answers.
 */
export const keepAsConfigured = async (path: string, keeper: () => KeyKeeper, waiting: Waiting): Promise<void> => {
  const ready = await answered(async () => {
    const one = keeper()
    const keyId = one.first ? await one.first.status() : E.right(undefined)
    return E.map((id: string | undefined) => ({ one, id }))(keyId)
  }, waiting)
  const done = ready ? await keepBy(path, ready.one, ready.id) : E.right(undefined)
  if (E.isLeft(done))
    throw new CannotGoOn(`the cluster's keys cannot be kept as PERIPLUS_ENCRYPTION_CONFIG says: ${done.left}`)
}

/** The same by a keeper whose first provider has said which key it has. Left: why all is as it was. */
export const keepBy = async (
  path: string,
  keeper: KeyKeeper,
  keyId: string | undefined,
): Promise<Either<string, void>> => {
  const { first } = keeper
  const isKept = (key: KeptKey): boolean =>
    'key' in key ? !first : key.kms.provider === first?.provider.name && key.kms.keyId === keyId
  if ((readClusterKeys(path) ?? []).every(isKept)) return E.right(undefined)
  return changingKeys(path, async () => {
    const keys = await unlockAll(keeper, readClusterKeys(path) ?? [])
    if (E.isLeft(keys)) return keys
    const kept = await keepAll(keeper, keys.right)
    if (E.isLeft(kept)) return kept
    writeClusterKeys(path, kept.right)
    return E.right(undefined)
  })
}

/** `undefined`: the process was told to end. */
const answered = async <A>(ask: () => Promise<Either<string, A>>, { told, log }: Waiting): Promise<A | undefined> => {
  let answer: Either<string, A> | undefined
  const what = (): string => (answer && E.isLeft(answer) ? answer.left : "an answer of who keeps the cluster's key")
  await waitUntil(
    async () => {
      answer = await ask()
      return E.isRight(answer)
    },
    { what, told, log },
  )
  return answer && E.isRight(answer) ? answer.right : undefined
}
