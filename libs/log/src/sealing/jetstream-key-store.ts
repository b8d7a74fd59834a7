import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus, BusRefusal, PublishAnswer, StoredMessage } from '@periplus/bus'
import { subjectToken, tokenText } from '../encoding/subject.ts'
import { wrongLastSequence } from '../jetstream/append.ts'
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

/** A message that is none is as one whose key nobody has: what it sealed is not taken for shredded. */
const wrappedIn = (data: Uint8Array): WrappedKey => {
  try {
    const value = JSON.parse(Buffer.from(data).toString()) as unknown
    if (isWrapped(value)) return value
  } catch {
    // Not JSON, so not ours either.
  }
  return { by: '', key: '' }
}

/**
 * Keys on a JetStream stream, which is created where it isn't there yet: one subject an object, of which the newest message counts.
 * What is shredded or replaced is overwritten on the server's disk.
 */
export const jetStreamKeyStore = async (
  { jetstream }: Pick<Bus, 'jetstream'>,
  { stream = 'KEYS', replicas = 1 }: JetStreamKeyStoreConfig = {},
): Promise<Either<BusRefusal, KeyStore>> => {
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
  const storedKey = ({ subject, sequence, time, data }: StoredMessage): StoredKey => ({
    uid: tokenText(subject.slice(prefix.length)),
    ...{ revision: sequence, time, ...wrappedIn(data) },
  })
  const publish = (uid: string, key: WrappedKey, expected: number): Promise<PublishAnswer> =>
    jetstream.publish({
      subject: subjectOf(uid),
      headers: [['Nats-Expected-Last-Subject-Sequence', String(expected)]],
      data: dataOf(key),
    })
  const find: KeyStore['find'] = async uid => {
    const found = await jetstream.lastMessage(stream, subjectOf(uid))
    if (E.isLeft(found)) return refused(found.left)
    return E.right(found.right && storedKey(found.right))
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
  return E.right({
    find,
    add: async (uid, key) => {
      const answer = await publish(uid, key, 0)
      if (answer.tag === 'Refused' && !wrongLastSequence.includes(answer.code)) return refused(answer)
      // Whatever came of it: what is there now is the object's key.
      const found = await find(uid)
      if (E.isLeft(found)) return found
      if (found.right) return E.right(found.right)
      return refused(answer.tag === 'Unknown' ? answer : { message: 'a key was shredded as soon as it was there' })
    },
    replace: async ({ uid, revision }, key) => {
      const answer = await publish(uid, key, revision)
      if (answer.tag === 'Unknown') return refused(answer)
      if (answer.tag === 'Refused') return wrongLastSequence.includes(answer.code) ? E.right(false) : refused(answer)
      const erased = await eraseBefore(uid, answer.sequence)
      return E.isLeft(erased) ? erased : E.right(true)
    },
    shred: uid => eraseBefore(uid, Infinity),
    all: async () => {
      const state = await jetstream.state(stream)
      if (E.isLeft(state)) return refused(state.left)
      const newest = new Map<string, StoredKey>()
      if (state.right.messages > 0)
        for await (const messages of jetstream.read({ stream, from: 1, to: state.right.lastSequence }))
          for (const message of messages) {
            const key = storedKey(message)
            newest.set(key.uid, key)
          }
      return E.right([...newest.values()])
    },
  })
}
