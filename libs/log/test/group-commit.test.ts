import assert from 'node:assert/strict'
import type { PublishAnswer } from '@periplus/bus'
import { eventOf } from '../src/contract/events.ts'
import type { NewEvent } from '../src/index.ts'
import { groupCommit } from '../src/jetstream/group-commit.ts'

/** A server that answers when told to. */
const server = (refuse: (event: NewEvent) => boolean = () => false) => {
  const groups: (readonly NewEvent[])[] = []
  const answering: (() => void)[] = []
  let last = 0
  const take = (events: readonly NewEvent[]): Promise<PublishAnswer> =>
    new Promise(resolve => {
      groups.push(events)
      answering.push(() => {
        if (events.some(refuse)) return resolve({ tag: 'Refused', code: 10071, message: 'wrong last sequence' })
        last += events.length
        resolve({ tag: 'Stored', sequence: last, duplicate: false })
      })
    })
  const publish = groupCommit({ publish: event => take([event]), publishBatch: take })
  const settle = async (): Promise<void> => {
    for (let turns = 0; turns < 20; turns++) {
      answering.splice(0).forEach(answer => answer())
      await Promise.resolve()
    }
  }
  return { publish, groups, settle, sizes: () => groups.map(group => group.length) }
}

const sequences = (answers: readonly PublishAnswer[]): readonly unknown[] =>
  answers.map(answer => (answer.tag === 'Stored' ? answer.sequence : answer.tag))

describe('groupCommit', () => {
  it('sends what arrives alone alone, and what arrives meanwhile together', async () => {
    const { publish, settle, sizes } = server()
    const first = publish(eventOf('a'))
    await Promise.resolve()
    const second = publish(eventOf('b'))
    await Promise.resolve()
    const others = ['c', 'd', 'e'].map(name => publish(eventOf(name)))
    await Promise.resolve()
    assert.deepEqual(sizes(), [1, 1])
    await settle()
    assert.deepEqual(sizes(), [1, 1, 3])
    assert.deepEqual(sequences(await Promise.all([first, second, ...others])), [1, 2, 3, 4, 5])
  })

  it('gives every event of a refused group its own answer', async () => {
    const { publish, settle, sizes } = server(({ ref }) => ref.name === 'late')
    const answers = Promise.all(['a', 'late', 'b'].map(name => publish(eventOf(name))))
    await Promise.resolve()
    await settle()
    assert.deepEqual(sizes(), [3, 1, 1, 1])
    assert.deepEqual(sequences(await answers), [1, 'Refused', 2])
  })

  it('keeps events of one object apart, and groups within bounds', async () => {
    const { publish, groups, settle, sizes } = server()
    const same = [publish(eventOf('a')), publish(eventOf('a')), publish(eventOf('b'))]
    await Promise.resolve()
    assert.deepEqual(sizes(), [2, 1])
    await settle()
    await Promise.all(same)
    const many = Array.from({ length: 100 }, (_, i) => publish(eventOf(`many-${i}`)))
    const large = Array.from({ length: 3 }, (_, i) => publish(eventOf(`large-${i}`, { body: Buffer.alloc(1_500_000) })))
    await Promise.resolve()
    await settle()
    await Promise.all([...many, ...large])
    assert.deepEqual(sizes().slice(2), [64, 37, 1, 1])
    assert.equal(new Set(groups.flat().map(({ id }) => id)).size, groups.flat().length)
  })
})
