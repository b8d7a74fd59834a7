import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { lastReadable } from '@periplus/bus'
import type { Bus, BusRefusal, LastReadable, PublishAnswer, StoredMessage } from '@periplus/bus'
import { subjectToken, tokenText } from '../encoding/subject.ts'
import { wrongLastSequence } from '../jetstream/append.ts'
import { readAsLed } from '../jetstream/read-as-led.ts'
import type { KeyStore, KeysUnavailable, StoredKey, WrappedKey } from './key-store.ts'

/** Which stream, over which connection. */
export interface JetStreamKeyStoreConfig {
  /** The stream's name; its subjects are the same in lower case and what follows. Default `KEYS`. */
  readonly stream?: string
  readonly replicas?: 1 | 3
}

const refused = ({ message }: { readonly message: string }): Either<KeysUnavailable, never> =>
  E.left({ tag: 'Unavailable', message: `the keys of sealed objects: ${message}` })

const dataOf = ({ by, key }: WrappedKey): Uint8Array => Buffer.from(JSON.stringify({ by, key }))

const isWrapped = (value: unknown): value is WrappedKey => {
  const { by, key } = (value ?? {}) as Partial<WrappedKey>
  return typeof by === 'string' && typeof key === 'string'
}

/** `undefined`: no key, and not ours. */
const wrappedIn = (data: Uint8Array): WrappedKey | undefined => {
  try {
    const value = JSON.parse(Buffer.from(data).toString()) as unknown
    return isWrapped(value) ? { by: value.by, key: value.key } : undefined
  } catch {
    return undefined
  }
}

/**
 * Keys on a JetStream stream, which is created where it isn't there yet: one subject an object, of which the newest key counts.
 * Messages that are no keys are stepped over: NATS lets whoever asks it anything have the answer stored at any subject. What is shredded
 * or replaced is overwritten on the server's disk.
 */
export const jetStreamKeyStore = async (
  bus: Pick<Bus, 'jetstream' | 'whenConnected'>,
  { stream = 'KEYS', replicas = 1 }: JetStreamKeyStoreConfig = {},
): Promise<Either<BusRefusal, KeyStore>> => {
  const { jetstream } = bus
  const prefix = `${stream.toLowerCase()}.`
  const made = await jetstream.ensure({
    name: stream,
    subjects: [`${prefix}>`],
    replicas,
    maxAgeMilliseconds: 0,
    maxBytes: -1,
    duplicateWindowMilliseconds: 120_000,
    rollup: false,
    denyDelete: false,
    durability: 'synced',
  })
  if (E.isLeft(made)) return made

  const subjectOf = (uid: string): string => prefix + subjectToken(uid)
  const uidOf = ({ subject }: StoredMessage): string => tokenText(subject.slice(prefix.length))
  const storedKey = (message: StoredMessage): StoredKey | undefined => {
    const wrapped = wrappedIn(message.data)
    return wrapped && { uid: uidOf(message), revision: message.sequence, time: message.time, ...wrapped }
  }
  const publish = (uid: string, key: WrappedKey, expected: number): Promise<PublishAnswer> =>
    jetstream.publish({
      subject: subjectOf(uid),
      headers: [['Nats-Expected-Last-Subject-Sequence', String(expected)]],
      data: dataOf(key),
    })
  const newestOf = async (uid: string): Promise<Either<KeysUnavailable, LastReadable<StoredKey>>> => {
    const newest = await lastReadable(jetstream, stream, subjectOf(uid), storedKey)
    if (E.isLeft(newest)) return refused(newest.left)
    const { revision, value } = newest.right
    return E.right(value ? { revision, value: { ...value, revision } } : { revision })
  }
  /** Erases an object's messages before `revision`. */
  const eraseBefore = async (uid: string, revision: number): Promise<Either<KeysUnavailable, void>> => {
    for (;;) {
      const found = await jetstream.nextMessage(stream, subjectOf(uid), 1)
      if (E.isLeft(found)) return refused(found.left)
      if (!found.right || found.right.sequence >= revision) return E.right(undefined)
      const erased = await jetstream.erase(stream, found.right.sequence)
      if (E.isLeft(erased)) return refused(erased.left)
    }
  }
  const add = async (uid: string, key: WrappedKey, expected = 0): Promise<Either<KeysUnavailable, StoredKey>> => {
    const answer = await publish(uid, key, expected)
    const isTaken = answer.tag === 'Refused' && wrongLastSequence.includes(answer.code)
    if (answer.tag === 'Refused' && !isTaken) return refused(answer)
    // Whatever came of it: what is there now is the object's key.
    const newest = await newestOf(uid)
    if (E.isLeft(newest)) return newest
    const { value: found, revision } = newest.right
    if (found) return E.right(found)
    if (isTaken && revision > expected) return add(uid, key, revision)
    return refused(answer.tag === 'Unknown' ? answer : { message: 'a key was shredded as soon as it was there' })
  }
  return E.right({
    find: async uid => {
      const newest = await newestOf(uid)
      return E.isLeft(newest) ? newest : E.right(newest.right.value)
    },
    add: (uid, key) => add(uid, key),
    replace: async ({ uid, revision }, key) => {
      const answer = await publish(uid, key, revision)
      if (answer.tag === 'Unknown') return refused(answer)
      if (answer.tag === 'Refused') return wrongLastSequence.includes(answer.code) ? E.right(false) : refused(answer)
      const erased = await eraseBefore(uid, answer.sequence)
      return E.isLeft(erased) ? erased : E.right(true)
    },
    shred: uid => eraseBefore(uid, Infinity),
    // A key that were passed over would not be wrapped anew, and be lost with the key that it is wrapped by.
    all: async () => {
      const state = await jetstream.state(stream)
      if (E.isLeft(state)) return refused(state.left)
      const newest = new Map<string, StoredKey>()
      if (state.right.messages > 0)
        for await (const messages of readAsLed(bus, { stream, from: 1, to: state.right.lastSequence }))
          for (const message of messages) {
            const before = newest.get(uidOf(message))
            const key = storedKey(message) ?? (before && { ...before, revision: message.sequence })
            if (key) newest.set(key.uid, key)
          }
      return E.right([...newest.values()])
    },
  })
}
