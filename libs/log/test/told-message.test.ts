import assert from 'node:assert/strict'
import type { Message } from '@periplus/bus'
import { storedOfTold, toldSubjectsOf } from '../src/index.ts'

const headers = {
  'Nats-Expected-Last-Sequence': '6',
  'Nats-Stream': 'NODES',
  'Nats-Subject': 'nodes.all',
  'Nats-Sequence': '7',
}
const lines = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')

const told: Message = { subject: 'told.all', reply: '', headers: lines(headers), data: Buffer.from('x') }

describe('what a node hears', () => {
  it('is told below its own subjects', () =>
    assert.deepEqual(toldSubjectsOf('one.example'), ['told.all', 'told.to.one_example.>']))

  it('is what the server has stored', () => {
    const { data } = told
    assert.deepEqual(storedOfTold(told), { subject: 'nodes.all', sequence: 7, headers: told.headers, data })
  })

  it('is nothing else that comes to where it listens', () => {
    const wrong: readonly Partial<Message>[] = [
      { headers: '' },
      // Of a consumer: with the writer's headers, and others that are no server's.
      { reply: '$JS.ACK.NODES.one.1.7.1.1.0' },
      { subject: 'nodes.all' },
      { subject: 'told.to.one.core.pods.a.web' },
      ...Object.keys(headers).map(name => ({ headers: lines({ ...headers, [name]: '8' }) })),
      ...Object.keys(headers).map(name => ({ headers: told.headers.replace(`${name}: `, `X-${name}: `) })),
      // Whoever writes headers may write those that the server adds, which adds them all the same.
      ...Object.entries(headers).map(([name, value]) => ({ headers: lines({ [name]: value }) + told.headers })),
    ]
    for (const part of wrong) assert.equal(storedOfTold({ ...told, ...part }), undefined, JSON.stringify(part))
  })
})
