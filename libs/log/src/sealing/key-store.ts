import type { Either } from '@periplus/prelude'

/** A data key, which only a cluster key reads. */
export interface WrappedKey {
  /** Id of the cluster key. */
  readonly by: string
  /** In base64. */
  readonly key: string
}

/** As the store has it. */
export interface StoredKey extends WrappedKey {
  /** Of the object whose key it is. */
  readonly uid: string
  /** Rises with each replacement. */
  readonly revision: number
  /** Milliseconds since the epoch when it was stored. */
  readonly time: number
}

/** The store cannot be reached, or refuses; nothing is known of what became of a write. */
export interface KeysUnavailable {
  readonly tag: 'Unavailable'
  readonly message: string
}

/**
 * Where the data keys of objects lie, one an object, beside the log and never on it: what is taken out of here is gone, and with it
 * whatever it sealed, at every moment of the past. Adapters: JetStream and in memory, held to one contract suite (`keyStoreContract`).
 */
export interface KeyStore {
  /** `undefined`: there is none, or it was shredded. */
  find(uid: string): Promise<Either<KeysUnavailable, StoredKey | undefined>>
  /** Stores the key of an object that has none; of several writers the first wins, and all are given what is there then. */
  add(uid: string, key: WrappedKey): Promise<Either<KeysUnavailable, StoredKey>>
  /** Puts another wrapping in the place of `stored`; `false` where that is no longer what is there. */
  replace(stored: StoredKey, key: WrappedKey): Promise<Either<KeysUnavailable, boolean>>
  /** Removes an object's key for good; fine where there is none. */
  shred(uid: string): Promise<Either<KeysUnavailable, void>>
  all(): Promise<Either<KeysUnavailable, readonly StoredKey[]>>
}
