import { E, pause } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import { keyIdHash } from './plugin-faults.ts'
import type { KeyKeeper } from './key-keeper.ts'
import type { KmsPlugin } from './kms-plugin.ts'

/** As Kubernetes' health checks ask, and for as long as it writes without an answer; milliseconds. */
const [afterAnswer, afterSilence, longestSilence] = [20_000, 3_000, 180_000]

/** How those are who keep the cluster's keys. */
export interface WatchedPlugins {
  /** What is wrong with any of them. */
  readonly fault: () => string | undefined
  /** Why nothing may be sealed any more: the first of them may have withdrawn its key, and has not said otherwise for too long. */
  readonly expired: () => string | undefined
  readonly stop: () => Promise<void>
}

export interface WatchPlugins {
  readonly keeper: KeyKeeper
  readonly clock: Clock
  /** The key that the first keeper's key wraps now, by its id; absent: the newest is not kept by it. */
  readonly keyId: () => string | undefined
  /** Told once each time that a keeper stops or begins to answer well, and when the first has another key. */
  readonly tell: (message: string) => void
}

interface Watched {
  readonly fault: () => string | undefined
  /** When the last question was asked that was answered well. */
  readonly wellAt: () => number
  readonly ended: Promise<void>
}

export const watchPlugins = ({ keeper, clock, keyId, tell }: WatchPlugins): WatchedPlugins => {
  const stopping = new AbortController()
  const { signal } = stopping
  const tellOfKey = (found: string): void => {
    if (found === keyId()) return
    tell('the KMS plugin has another key: `bin/periplus secrets rotate` wraps what is sealed with it')
  }
  const all = keeper.plugins.map(plugin => ({
    plugin,
    ...watched(plugin, { clock, signal, tell, ...(plugin === keeper.first ? { onKey: tellOfKey } : {}) }),
  }))
  const first = all.find(({ plugin }) => plugin === keeper.first)
  return {
    fault: () => {
      const faults = all.flatMap(({ fault }, i) => (fault() === undefined ? [] : [`kms-provider-${i}: ${fault()}`]))
      return faults.length > 1 ? `[${faults.join(', ')}]` : faults[0]
    },
    expired: () => {
      const at = first && first.wellAt() + longestSilence
      return at === undefined || clock.now() <= at
        ? undefined
        : `encryptedDEKSource with keyID hash ${JSON.stringify(keyIdHash(keyId() ?? ''))} expired at ${seconds(at)} (current time is ${seconds(clock.now())})`
    },
    stop: async () => {
      stopping.abort()
      await Promise.all(all.map(({ ended }) => ended))
      keeper.close()
    },
  }
}

const seconds = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')

interface Watch extends Pick<WatchPlugins, 'clock' | 'tell'> {
  readonly signal: AbortSignal
  readonly onKey?: (keyId: string) => void
}

/** Begins with the trust that the start has shown. */
const watched = (plugin: KmsPlugin, { clock, signal, tell, onKey }: Watch): Watched => {
  let fault: string | undefined
  let wellAt = clock.now()
  let lastKey: string | undefined
  const take = (answer: Either<string, string>, askedAt: number): void => {
    const before = fault
    fault = E.isLeft(answer) ? answer.left : undefined
    if (fault !== undefined && before === undefined) tell(fault)
    if (fault === undefined && before !== undefined) tell(`KMS provider ${plugin.provider.name} answers again`)
    if (E.isLeft(answer)) return
    wellAt = askedAt
    if (answer.right !== lastKey) onKey?.(answer.right)
    lastKey = answer.right
  }
  const ask = async (): Promise<void> => {
    while (!signal.aborted) {
      const askedAt = clock.now()
      take(await plugin.status(), askedAt)
      await pause(clock, fault === undefined ? afterAnswer : afterSilence, signal)
    }
  }
  return { fault: () => fault, wellAt: () => wellAt, ended: ask() }
}
