import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import type { JetStream, StoredMessage } from '@periplus/bus'
import { eventOf } from '../src/contract/events.ts'
import { headersOf } from '../src/encoding/cloud-event.ts'
import type { PublishedAs } from '../src/encoding/cloud-event.ts'
import type { Published } from '../src/jetstream/group-commit.ts'
import { countingRollups } from '../src/jetstream/replaced.ts'

/** As a message has them. */
const headers = headersOf('test', eventOf('a', { rollup: true }), { replaced: 9 })
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('')

/** A stream whose last message of every subject says that it has replaced nine, and counts how often it is asked. */
const stream = () => {
  let asked = 0
  let last = 0
  let answer: (last: number) => Published = sequence => ({ tag: 'Stored', sequence, duplicate: false })
  const sent: (readonly (PublishedAs | undefined)[])[] = []
  const lastMessage = async () => {
    asked++
    return E.right({ headers, sequence: last } as StoredMessage)
  }
  const publish = countingRollups({ lastMessage } as unknown as JetStream, 'OBJECTS', async (events, as) => {
    sent.push(events.map((_, i) => as?.[i]))
    return answer((last += events.length))
  })
  const beat = (name: string, expected: number, as?: PublishedAs) =>
    publish([eventOf(name, { expected, rollup: true })], as && [as])
  return {
    ...{ publish, beat },
    replaced: () => sent.map(each => each.map(as => as?.replaced)),
    asked: () => asked,
    answers: (next: typeof answer) => void (answer = next),
  }
}

describe('countingRollups', () => {
  it('asks what a heartbeat replaces where another process wrote the last one, and never again', async () => {
    const { beat, replaced, asked } = stream()
    await beat('a', 0)
    for (let last = 1; last < 50; last++) await beat('a', last)
    assert.equal(asked(), 0, 'a new object replaces nothing')
    assert.deepEqual(replaced().at(-1), [49])
    await beat('b', 17)
    await beat('b', 51)
    assert.equal(asked(), 1)
    assert.deepEqual(replaced().slice(-2), [[10], [11]])
  })

  it('counts several that go together', async () => {
    const { publish, replaced, asked } = stream()
    const beats = (a: number, b: number) => [
      eventOf('a', { expected: a, rollup: true }),
      eventOf('pod'),
      eventOf('b', { expected: b, rollup: true }),
    ]
    await publish(beats(0, 0))
    await publish(beats(1, 3))
    assert.deepEqual(replaced(), [
      [0, undefined, 0],
      [1, undefined, 1],
    ])
    assert.equal(asked(), 0)
  })

  it('asks where it cannot be sure: what another one wrote since, what stands there besides, and what was not answered', async () => {
    const { beat, replaced, asked, answers } = stream()
    await beat('a', 0)
    await beat('a', 7)
    assert.equal(asked(), 1, 'another event')
    await beat('a', 2, { lastOnSubject: 5 })
    assert.equal(asked(), 2, 'no event')
    answers(() => ({ tag: 'Unknown', message: 'no answer' }))
    await beat('a', 3)
    assert.equal(asked(), 2)
    answers(sequence => ({ tag: 'Stored', sequence, duplicate: false }))
    await beat('a', 3)
    assert.equal(asked(), 3, 'it may have been written')
    await beat('a', 5, { lastOnSubject: 0 })
    assert.deepEqual(replaced().at(-1), [0], 'what was compacted away is not taken away')
  })
})
