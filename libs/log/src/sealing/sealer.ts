import { randomBytes } from 'node:crypto'
import { E, keyBytes } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ObjectRef } from '@periplus/api'
import type { NewEvent, RecordedEvent } from '../event.ts'
import { unwrap, wrap } from './cluster-keys.ts'
import type { ClusterKeys, KeyFault } from './cluster-keys.ts'
import type { KeyStore, KeysUnavailable } from './key-store.ts'
import { completeness, openEvent, sealEvent, withoutSealed } from './sealed-body.ts'

/** What an event is refused for that should have been sealed: it is never written in the open instead. */
export type SealRefusal = KeysUnavailable | { readonly tag: 'Unsealable' | 'KeyExpired'; readonly message: string }

/** Seals events of some resources, and opens what was sealed. */
export interface Sealer {
  /** As it goes to the log; what is not to be sealed is given back as it is. */
  seal(event: NewEvent): Promise<Either<SealRefusal, NewEvent>>
  /** As it was given to `seal`, or without what cannot be read. Left: the keys cannot be asked for now. */
  open(event: RecordedEvent): Promise<Either<KeysUnavailable, RecordedEvent>>
  /** Keeps no key of this object any more: it is gone, and its key is about to be. */
  forget(uid: string): void
  /** How many objects were forgotten. */
  readonly forgotten: number
}

/** Which resources are sealed. */
export type Sealed = (ref: ObjectRef) => boolean

export interface SealerConfig {
  readonly sealed: Sealed
  readonly keys: KeyStore
  readonly clusterKeys: ClusterKeys
  /** Why nothing may be sealed any more: who keeps the cluster's key has been silent for too long. Default: never. */
  readonly expired?: () => string | undefined
}

/** Objects whose keys are held, and objects that are known to be gone. */
const mostHeld = 100_000

const bounded = (size: number, forget: () => void): void => {
  if (size >= mostHeld) forget()
}

const noKey = 'its key is not there: it was shredded when the object was deleted, or it is lost'

const unavailable = (message: string): Either<KeysUnavailable, never> => E.left({ tag: 'Unavailable', message })
const unsealable = (message: string): Either<SealRefusal, never> => E.left({ tag: 'Unsealable', message })

const refusedFor = ({ tag, message }: KeyFault): Either<SealRefusal, never> =>
  tag === 'Locked' ? unavailable(message) : unsealable(message)

/** Seals with a key of each object's own, which is made with its first event and wrapped by the cluster's. */
export const sealer = ({ sealed, keys, clusterKeys, expired = () => undefined }: SealerConfig): Sealer => {
  let forgotten = 0
  const held = new Map<string, Buffer>()
  const gone = new Set<string>()
  /** Objects that live and cannot be read: what is written to them would put an end to what is sealed in them. */
  const unreadable = new Map<string, string>()

  const keep = (uid: string, key: Buffer): void => {
    if (gone.has(uid)) return
    bounded(held.size, () => held.clear())
    held.set(uid, key)
  }
  /** Right, in it left: why there is no key to be had. */
  const find = async (uid: string): Promise<Either<KeysUnavailable, Either<string, Buffer>>> => {
    const known = held.get(uid)
    if (known) return E.right(E.right(known))
    const found = await keys.find(uid)
    if (E.isLeft(found)) return found
    if (!found.right) return E.right(E.left(noKey))
    const key = unwrap(await clusterKeys(), uid, found.right)
    if (E.isRight(key)) keep(uid, key.right)
    else if (key.left.tag === 'Locked') return unavailable(key.left.message)
    return E.right(E.mapLeft(({ message }: KeyFault) => message)(key))
  }
  const make = async (uid: string): Promise<Either<SealRefusal, Buffer>> => {
    const wrapped = wrap(await clusterKeys(), uid, randomBytes(keyBytes))
    if (E.isLeft(wrapped)) return refusedFor(wrapped.left)
    const stored = await keys.add(uid, wrapped.right)
    if (E.isLeft(stored)) return stored
    const key = unwrap(await clusterKeys(), uid, stored.right)
    if (E.isLeft(key)) return refusedFor(key.left)
    keep(uid, key.right)
    return key
  }
  const whyNot = (event: NewEvent): Either<SealRefusal, void> => {
    const { unreadable: said, ends } = completeness(event)
    // What ends an object may always be written.
    if (ends) return E.right(undefined)
    const message = expired()
    if (message !== undefined) return E.left({ tag: 'KeyExpired', message })
    const lost = said ?? unreadable.get(event.uid)
    return lost === undefined
      ? E.right(undefined)
      : unsealable(`what is sealed in the object cannot be read (${lost}): delete it and create it again`)
  }
  const keyFor = async ({ uid }: NewEvent): Promise<Either<SealRefusal, Buffer>> => {
    const found = await find(uid)
    if (E.isLeft(found)) return found
    return E.isRight(found.right) ? found.right : make(uid)
  }

  return {
    seal: async event => {
      if (!sealed(event.ref)) return E.right(event)
      const refused = whyNot(event)
      if (E.isLeft(refused)) return refused
      const key = await keyFor(event)
      return E.isLeft(key) ? key : E.right(sealEvent(key.right, event))
    },
    open: async event => {
      if (event.sealed === undefined) return E.right(event)
      const { uid, type } = event
      const found = await find(uid)
      if (E.isLeft(found)) return found
      const opened = E.isLeft(found.right) ? found.right : openEvent(found.right.right, event)
      if (E.isRight(opened)) return opened
      if (type === 'deleted') unreadable.delete(uid)
      else {
        bounded(unreadable.size, () => unreadable.clear())
        unreadable.set(uid, opened.left)
      }
      return E.right(withoutSealed(event, opened.left))
    },
    get forgotten() {
      return forgotten
    },
    forget: uid => {
      forgotten++
      held.delete(uid)
      unreadable.delete(uid)
      bounded(gone.size, () => gone.clear())
      gone.add(uid)
    },
  }
}

/** Of a process that has no keys: it sees that there is something sealed, and writes nothing that would have to be. */
export const withoutKeys = (sealed: Sealed): Sealer => ({
  seal: async event => (sealed(event.ref) ? unsealable('this process has no keys to seal it with') : E.right(event)),
  open: async event =>
    E.right(event.sealed === undefined ? event : withoutSealed(event, 'this process has no keys to read it with')),
  forget: () => undefined,
  forgotten: 0,
})
