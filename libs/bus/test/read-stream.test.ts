import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import type { ConsumerSession } from '../src/jetstream/consumer-session.ts'
import { readStream } from '../src/jetstream/read-stream.ts'
import type { ReadStreamDependencies } from '../src/jetstream/read-stream.ts'
import type { ReadStream } from '../src/jetstream/jetstream.ts'
import type { StoredMessage } from '../src/jetstream/stored-message.ts'

const message = (sequence: number): StoredMessage => ({
  ...{ subject: 'S.a', sequence, time: sequence, headers: '', data: new Uint8Array() },
})

/** A leader with these messages, and servers that sessions are on, one after another, which have as many of them. */
const servers = (all: readonly StoredMessage[], known: readonly number[]) => {
  const opened: number[] = []
  const dependencies: ReadStreamDependencies = {
    whenConnected: async () => undefined,
    onDisconnect: () => () => undefined,
    lastSequence: async () => all.at(-1)?.sequence ?? 0,
    nextMessage: async (_stream, _subject, from) => E.right(all.find(({ sequence }) => sequence >= from)),
    lastMessage: async () => E.right(all.at(-1)),
    open: async ({ from, since = 0 }): Promise<ConsumerSession> => {
      const seen = all.slice(0, known[opened.length])
      opened.push(from)
      const given = seen.filter(({ sequence, time }) => sequence >= from && time >= since)
      return {
        pending: given.length,
        next: async () => given.map((one, i) => ({ ...one, delivery: i + 1, pending: given.length - i - 1 })),
        close: () => undefined,
      }
    },
  }
  return { dependencies, opened }
}

const read = async (dependencies: ReadStreamDependencies, request: Partial<ReadStream>): Promise<readonly number[]> => {
  const sequences: number[] = []
  for await (const batch of readStream(dependencies, { stream: 'S', from: 1, ...request }))
    sequences.push(...batch.map(({ sequence }) => sequence))
  return sequences
}

describe('reading a range of a stream', () => {
  const all = [1, 2, 3, 5, 8].map(message)

  it('is over where the leader has no more, and asks for no second session', async () => {
    const { dependencies, opened } = servers(all, [5])
    assert.deepEqual(await read(dependencies, { to: 100 }), [1, 2, 3, 5, 8])
    assert.deepEqual(opened, [1])
  })

  it('goes on with another server where one lags behind, whether it has some or none', async () => {
    const { dependencies, opened } = servers(all, [0, 2, 5])
    assert.deepEqual(await read(dependencies, { to: 8 }), [1, 2, 3, 5, 8])
    assert.deepEqual(opened, [1, 1, 3])
  })

  it('does so from a time on', async () => {
    const { dependencies, opened } = servers(all, [0, 5])
    assert.deepEqual(await read(dependencies, { since: 3, to: 100 }), [3, 5, 8])
    assert.deepEqual(opened, [1, 1])
    assert.deepEqual(await read(servers(all, [5]).dependencies, { since: 9, to: 100 }), [])
  })

  it('ends at what the stream had when it began, however much is written meanwhile', async () => {
    const growing = [...all]
    const { dependencies } = servers(growing, [Infinity])
    const nextMessage: ReadStreamDependencies['nextMessage'] = async () => {
      growing.push(message(growing.length * 10))
      return E.right(growing.at(-1))
    }
    assert.deepEqual(await read({ ...dependencies, nextMessage }, { to: 1_000_000 }), [1, 2, 3, 5, 8])
  })

  it('opens no session beyond the end', async () => {
    const { dependencies, opened } = servers(all, [])
    assert.deepEqual(await read(dependencies, { from: 9, to: 100 }), [])
    assert.deepEqual(opened, [])
  })
})
