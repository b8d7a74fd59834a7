import assert from 'node:assert/strict'
import type { Bus, BusStatus, Message } from '@periplus/bus'
import { virtualClock } from '@periplus/prelude'
import { hearNodeFeed } from '../src/node-feed/hear-node-feed.ts'

const message = (sequence: number, bytes = 1): Message => ({
  ...{ subject: 'told.all', reply: '', data: new Uint8Array(bytes) },
  headers: [
    'Nats-Stream: NODES',
    'Nats-Subject: nodes.all',
    `Nats-Sequence: ${sequence}`,
    `Nats-Expected-Last-Sequence: ${sequence - 1}`,
  ].join('\r\n'),
})

/** Somebody who listens, on a connection that is in the test's hands. */
const listening = () => {
  const clock = virtualClock(0)
  const stop = new AbortController()
  const hearers = new Set<(message: Message) => void>()
  let status: (status: BusStatus) => void = () => undefined
  const bus: Pick<Bus, 'subscribe' | 'onStatus'> = {
    subscribe: (subject, handler) => {
      if (subject === 'told.all') hearers.add(handler)
      return { close: () => void hearers.delete(handler) }
    },
    onStatus: listener => {
      status = listener
      return () => (status = () => undefined)
    },
  }
  const heard = hearNodeFeed({ bus, node: 'one', clock, random: () => 0.5 })
  return {
    ...{ clock, heard, hearers, stop },
    become: (now: BusStatus) => status(now),
    say: (...messages: readonly Message[]) => {
      for (const one of messages) for (const hearer of hearers) hearer(one)
    },
    next: async () => (await heard.next(stop.signal)).map(({ sequence }) => sequence),
  }
}

describe('hearing what a node is told', () => {
  it('gives what came, in order, and waits for what comes', async () => {
    const { say, next, heard } = listening()
    say(message(1), message(2))
    heard.forget(1)
    assert.deepEqual(await next(), [2])
    const later = next()
    say(message(3))
    assert.deepEqual(await later, [3])
  })

  it('is given up after seconds in which nothing came, and a moment after the connection is back', async () => {
    const { clock, next, say, become } = listening()
    const quiet = next()
    clock.advance(17_499)
    say(message(1))
    assert.deepEqual(await quiet, [1])
    const later = next()
    clock.advance(17_499)
    const waits = Symbol('waits')
    assert.equal(await Promise.race([later, Promise.resolve(waits)]), waits)
    clock.advance(1)
    assert.deepEqual(await later, [])
    become('disconnected')
    become('connected')
    const soon = next()
    clock.advance(2_000)
    assert.deepEqual(await soon, [])
    become('closed')
    assert.deepEqual(await next(), [])
  })

  it('lets go of more than it may hold, as what comes then says that something is missing', async () => {
    const { say, next } = listening()
    const large = 3 * 1024 * 1024
    say(message(1, large), message(2, large), message(3, large), message(4))
    assert.deepEqual(await next(), [3, 4])
  })

  it('ends when it is told to', async () => {
    const { next, stop, heard, hearers } = listening()
    const ended = next()
    stop.abort()
    assert.deepEqual(await ended, [])
    heard.close()
    assert.equal(hearers.size, 0)
  })
})
