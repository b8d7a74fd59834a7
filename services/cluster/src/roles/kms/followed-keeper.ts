import { E, systemClock } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { KeptKey } from '../../home/cluster-keys.ts'
import type { Settings } from '../../home/settings.ts'
import { follow } from '../followed-file.ts'
import type { Made } from '../followed-file.ts'
import type { ProcessTools } from '../process-tools.ts'
import { keepBy } from './kept-keys.ts'
import { keyKeeper, unlockAll } from './key-keeper.ts'
import type { KeyKeeper } from './key-keeper.ts'
import { readEncryption } from './read-encryption.ts'
import type { KeyProvider } from './read-encryption.ts'
import { watchPlugins } from './watch-plugins.ts'
import type { WatchedPlugins } from './watch-plugins.ts'

/** Who keeps the cluster's keys, as the operator's file says it now. */
export interface Keeping {
  readonly keeper: KeyKeeper
  /** They are watched from the first call on. */
  readonly watched: () => WatchedPlugins
}

export interface FollowedKeeper {
  readonly settings: Pick<Settings, 'encryptionConfig' | 'sealed'>
  readonly process: ProcessTools
  /** The keys of the file at `path`, which this process has kept anew where it is the one that `keeps` them. */
  readonly kept: () => readonly KeptKey[]
  readonly path: string
  readonly keeps: boolean
  readonly clock?: Clock
}

/**
 * Who keeps the cluster's keys, by a file that is followed: others take over as soon as they answer, and have what lies in the file of keys,
 * kept by the first of them. Whoever does not have the keys that there are changes nothing. Throws `CannotGoOn` for a file that is no good
 * from the start.
 */
export const followedKeeper = (options: FollowedKeeper): (() => Keeping) => {
  const { settings, process } = options
  const { encryptionConfig, sealed } = settings
  if (encryptionConfig === undefined) {
    const { value } = keepingOf([], options)
    return () => value
  }
  return follow(process, {
    ...{ path: encryptionConfig, name: 'encryption', ...(options.clock ? { clock: options.clock } : {}) },
    read: readEncryption(sealed),
    make: providers => keepingOf(providers, options),
  })
}

const keepingOf = (
  providers: readonly KeyProvider[],
  { process, kept, path, keeps }: FollowedKeeper,
): Made<Keeping> => {
  const keeper = keyKeeper(providers)
  let watched: WatchedPlugins | undefined
  const keyId = (): string | undefined => {
    const [newest] = kept()
    return newest && 'kms' in newest ? newest.kms.keyId : undefined
  }
  // One process of a host says it.
  const tell = (message: string): void => (keeps ? process.logger.warn(message) : undefined)
  const value: Keeping = {
    keeper,
    watched: () => (watched ??= watchPlugins({ keeper, clock: systemClock, keyId, tell })),
  }
  const readied = async (): Promise<Either<string, void>> => {
    const unlocked = await unlockAll(keeper, kept())
    if (E.isLeft(unlocked)) return unlocked
    const answered = await statusOf(keeper)
    if (E.isLeft(answered)) return answered
    const done = keeps ? await keepBy(path, keeper, answered.right) : E.right(undefined)
    if (E.isRight(done)) value.watched()
    return done
  }
  return {
    value,
    ...asked(readied, process.onBug),
    stop: async () => (watched ? watched.stop() : keeper.close()),
  }
}

/** The key that the first of the providers has now; `undefined` where that is nobody. */
const statusOf = async ({ first }: KeyKeeper): Promise<Either<string, string | undefined>> =>
  first ? first.status() : E.right(undefined)

/** Asks again whenever somebody wants to know, one question at a time, until it has been done. */
const asked = (
  readied: () => Promise<Either<string, void>>,
  onBug: (error: unknown) => void,
): Required<Pick<Made<Keeping>, 'isReady' | 'lacks'>> => {
  let answer: Either<string, void> | undefined
  let isAsking = false
  const ask = async (): Promise<void> => {
    isAsking = true
    try {
      answer = await readied()
    } finally {
      isAsking = false
    }
  }
  const isReady = (): boolean => {
    const isDone = answer !== undefined && E.isRight(answer)
    if (!isDone && !isAsking) ask().catch(onBug)
    return isDone
  }
  return { isReady, lacks: () => (answer && E.isLeft(answer) ? answer.left : undefined) }
}
