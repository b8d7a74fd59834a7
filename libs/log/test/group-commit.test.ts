import assert from 'node:assert/strict'
import { virtualClock } from '@periplus/prelude'
import { eventOf } from '../src/contract/events.ts'
import type { NewEvent } from '../src/index.ts'
import { groupCommit } from '../src/jetstream/group-commit.ts'
import type { Published } from '../src/jetstream/group-commit.ts'

/** A server that answers when told to. */
const server = (refuse: (event: NewEvent) => boolean = () => false) => {
  const groups: (readonly NewEvent[])[] = []
  const answering: (() => void)[] = []
  let last = 0
  const take = (events: readonly NewEvent[]): Promise<Published> =>
    new Promise(resolve => {
      groups.push(events)
      answering.push(() => {
        if (events.some(refuse)) return resolve({ tag: 'Refused', code: 10071, message: 'wrong last sequence' })
        last += events.length
        resolve({ tag: 'Stored', sequence: last, duplicate: false })
      })
    })
  const clock = virtualClock(0)
  const publishAll = groupCommit({
    ...{ publish: event => take([event]), publishBatch: take },
    ...{ clock, whenArrived: queueMicrotask },
  })
  const publish = (event: NewEvent) => publishAll([event])
  const settle = async (): Promise<void> => {
    for (let turns = 0; turns < 20; turns++) {
      answering.splice(0).forEach(answer => answer())
      await Promise.resolve()
    }
  }
  return { publish, publishAll, groups, settle, clock, sizes: () => groups.map(group => group.length) }
}

const sequences = (answers: readonly Published[]): readonly unknown[] =>
  answers.map(answer => (answer.tag === 'Stored' ? answer.sequence : answer.tag))

/** 1 to `last`. */
const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, i) => i + 1)

const names = (count: number, prefix: string): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}-${i}`)

describe('groupCommit', () => {
  it('takes together what arrives in one round of the event loop, though each comes by itself', async () => {
    const groups: number[] = []
    const stored: Published = { tag: 'Stored', sequence: 30, duplicate: false }
    const take = async (events: readonly NewEvent[]): Promise<Published> => {
      groups.push(events.length)
      return stored
    }
    const publishAll = groupCommit({ publish: event => take([event]), publishBatch: take })
    const all: Promise<Published>[] = []
    for (const name of names(30, 'a')) {
      all.push(publishAll([eventOf(name)]))
      await Promise.resolve()
    }
    await Promise.all(all)
    assert.deepEqual(groups, [30])
  })

  it('sends what arrives alone alone and at once, and what arrives together together', async () => {
    const { publish, settle, sizes } = server()
    const first = publish(eventOf('a'))
    await Promise.resolve()
    const second = publish(eventOf('b'))
    await Promise.resolve()
    assert.deepEqual(sizes(), [1, 1])
    const others = names(30, 'c').map(name => publish(eventOf(name)))
    await Promise.resolve()
    assert.deepEqual(sizes(), [1, 1, 30])
    await settle()
    const answers = await Promise.all([first, second, ...others])
    assert.deepEqual(sequences(answers), upTo(32))
  })

  it('lets a few that come during a group wait for more', async () => {
    const { publish, settle, sizes } = server()
    const first = names(24, 'a').map(name => publish(eventOf(name)))
    await Promise.resolve()
    const early = names(15, 'b').map(name => publish(eventOf(name)))
    await Promise.resolve()
    assert.deepEqual(sizes(), [24])
    const late = names(15, 'c').map(name => publish(eventOf(name)))
    await Promise.resolve()
    assert.deepEqual(sizes(), [24, 30])
    await settle()
    await Promise.all([...first, ...early, ...late])
  })

  it('sends a few one by one, because a batch costs more than they do', async () => {
    const { publish, settle, sizes } = server()
    const few = names(23, 'a').map(name => publish(eventOf(name)))
    await Promise.resolve()
    await settle()
    assert.deepEqual(sequences(await Promise.all(few)), upTo(23))
    assert.deepEqual(
      sizes(),
      upTo(23).map(() => 1),
    )
  })

  it('gives every event of a refused group its own answer', async () => {
    const { publish, settle, sizes } = server(({ ref }) => ref.name === 'a-3')
    const answers = Promise.all(names(24, 'a').map(name => publish(eventOf(name))))
    await Promise.resolve()
    await settle()
    assert.deepEqual(sizes(), [24, ...upTo(24).map(() => 1)])
    assert.deepEqual(sequences(await answers), [1, 2, 3, 'Refused', ...upTo(23).slice(3)])
  })

  it('keeps events of one object apart, and groups within bounds', async () => {
    const { publish, groups, settle, sizes } = server()
    const same = ['a', 'a', ...names(24, 'b')].map(name => publish(eventOf(name)))
    await Promise.resolve()
    assert.deepEqual(sizes(), [25])
    await settle()
    await Promise.all(same)
    assert.deepEqual(sizes(), [25, 1])
    const many = names(100, 'many').map(name => publish(eventOf(name)))
    const large = names(52, 'large').map(name => publish(eventOf(name, { body: Buffer.alloc(80_000) })))
    await Promise.resolve()
    await settle()
    await Promise.all([...many, ...large])
    assert.deepEqual(sizes().slice(2), [64, 62, 26])
    assert.ok(groups.every(group => group.reduce((sum, { body }) => sum + body.length, 0) <= 2 * 1024 * 1024))
    assert.equal(new Set(groups.flat().map(({ id }) => id)).size, groups.flat().length)
  })

  it('answers what has waited as long as what the server did not answer, and sends what came since', async () => {
    const answering: ((answer: Published) => void)[] = []
    const groups: number[] = []
    const take = (events: readonly NewEvent[]): Promise<Published> =>
      new Promise(resolve => {
        groups.push(events.length)
        answering.push(resolve)
      })
    const publishAll = groupCommit({ publish: event => take([event]), publishBatch: take, whenArrived: queueMicrotask })
    const answered: string[] = []
    const publish = async (...several: readonly string[]): Promise<void> => {
      for (const name of several)
        void publishAll([eventOf(name)]).then(({ tag }) => {
          if (tag === 'Unknown') answered.push(name)
        })
      await new Promise(setImmediate)
    }
    const answer = async (group: number, published: Published): Promise<void> => {
      answering[group]?.(published)
      await new Promise(setImmediate)
    }
    const silence: Published = { tag: 'Unknown', message: 'no acknowledgement in time' }
    const [a, b, c] = [names(24, 'a'), names(24, 'b'), names(70, 'c')]
    await publish(...a)
    await publish(...b)
    await publish(...c)
    assert.deepEqual(groups, [24, 24])
    await answer(0, silence)
    assert.deepEqual(answered, a)
    assert.deepEqual(groups, [24, 24, 64], 'these came after the first group had gone')
    await publish('d')
    await answer(2, silence)
    assert.deepEqual(answered.sort(), [...a, ...c].sort(), 'six of them had waited with the third group')
    await answer(1, { tag: 'Stored', sequence: 24, duplicate: false })
    assert.deepEqual(groups, [24, 24, 64, 1], 'and this one had not')
  })

  it('sends what belongs together together, with its own answer', async () => {
    const { publish, publishAll, settle, sizes } = server(({ ref }) => ref.name === 'c-1')
    const pair = (name: string): readonly NewEvent[] => names(2, name).map(each => eventOf(each))
    const alone = publishAll(pair('a'))
    await Promise.resolve()
    assert.deepEqual(sizes(), [2], 'one transaction goes at once')
    await settle()
    const grouped = [publish(eventOf('x')), publishAll(pair('b')), publishAll(pair('d'))]
    await Promise.resolve()
    assert.deepEqual(sizes(), [2, 5], 'two cost more than a group does')
    await settle()
    const refused = [publishAll(pair('c')), publishAll(pair('e'))]
    await Promise.resolve()
    await settle()
    assert.deepEqual(sizes(), [2, 5, 4, 2, 2], 'none is parted when its group is refused')
    assert.deepEqual(sequences(await Promise.all([alone, ...grouped, ...refused])), [2, 3, 5, 7, 'Refused', 9])
  })

  it('sends a heartbeat at once, and together those that come right after it, or with a group that goes meanwhile', async () => {
    const { publish, settle, sizes, clock } = server()
    const beat = (name: string, type: NewEvent['type'] = 'spec-changed') =>
      publish(eventOf(name, { rollup: true, type }))
    const beats = [beat('a')]
    await settle()
    assert.deepEqual(sizes(), [1])
    for (const name of names(40, 'b')) {
      clock.advance(2)
      beats.push(beat(name))
      await settle()
    }
    assert.deepEqual(sizes(), [1], 'they wait for each other')
    clock.advance(170)
    await settle()
    assert.deepEqual(sizes(), [1, 40])
    beats.push(...names(3, 'c').map(name => beat(name)))
    await settle()
    const pods = names(30, 'd').map(name => publish(eventOf(name)))
    await settle()
    assert.deepEqual(sizes(), [1, 40, 33])
    clock.advance(1_000)
    beats.push(beat('e'))
    await settle()
    assert.deepEqual(sizes(), [1, 40, 33, 1], 'none has gone for a while')
    beats.push(beat('f', 'created'), beat('g', 'deleted'))
    await settle()
    assert.deepEqual(sizes(), [1, 40, 33, 1, 1, 1], 'that one begins or is over is waited for')
    assert.equal((await Promise.all([...beats, ...pods])).length, 77)
  })

  it('has Events wait for each other, too, for less long than heartbeats, which go with them', async () => {
    const { publish, settle, sizes, clock } = server()
    const ref = (name: string) => ({ group: '', resource: 'events', namespace: 'default', name })
    const news = (name: string) => publish(eventOf(name, { ref: ref(name) }))
    const all = [news('a')]
    await settle()
    assert.deepEqual(sizes(), [1])
    all.push(...names(20, 'b').map(name => publish(eventOf(name, { rollup: true, type: 'spec-changed' }))))
    clock.advance(40)
    all.push(...names(10, 'c').map(news))
    await settle()
    clock.advance(9)
    await settle()
    assert.deepEqual(sizes(), [1])
    clock.advance(1)
    await settle()
    assert.deepEqual(sizes(), [1, 30])
    assert.equal((await Promise.all(all)).length, 31)
    clock.advance(500)
    await settle()
    assert.deepEqual(sizes(), [1, 30], 'nobody is left behind')
  })
})
