import assert from 'node:assert/strict'
import { encode } from 'dns-packet'
import { virtualClock } from '@periplus/prelude'
import { forwarder } from '../src/upstream/forwarder.ts'
import type { Exchange } from '../src/upstream/exchange.ts'

const question = { type: 'A', name: 'example.com' } as const
const answer = encode({
  type: 'response',
  id: 1,
  questions: [question],
  answers: [{ ...question, ttl: 20, data: '192.0.2.1' }],
})

/** The question, and so many bytes behind it. */
const asked = (padding: number): Buffer =>
  Buffer.concat([encode({ type: 'query', id: 7, questions: [question] }), Buffer.alloc(padding)])

describe('what other servers answer', () => {
  it('is remembered, unless the question is longer than any that a client asks', async () => {
    let exchanges = 0
    const exchange: Exchange = async () => {
      exchanges++
      return answer
    }
    const { ask } = forwarder({
      ...{ clock: virtualClock(0), udp: exchange, tcp: exchange },
      servers: async () => [{ address: '192.0.2.53', port: 53 }],
    })
    const askedTwice = async (padding: number): Promise<number> => {
      exchanges = 0
      for (let at = 0; at < 2; at++) assert.equal((await ask(asked(padding), true))?.readUInt16BE(0), 7)
      return exchanges
    }
    assert.deepEqual([await askedTwice(10), await askedTwice(600)], [1, 2])
  })
})
