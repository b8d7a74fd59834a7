import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import type { StoredMessage } from '@periplus/bus'
import { feedBeginning, generalMessage, nodeFeedReader, readNodeFeed } from '@periplus/log'
import type { ToldObject, ToldToAll } from '@periplus/log'
import { concerns } from '@periplus/projection'
import { nextMessages, storedAs } from '../../src/node-feed/next-messages.ts'
import { sayingRounds } from '../../src/node-feed/saying-rounds.ts'
import { toldSoFar } from '../../src/node-feed/told-so-far.ts'
import { readingNode } from './reading-node.ts'
import type { Wanted } from './reading-node.ts'
import { wanted } from './shown.ts'
import { nodes, smallWorld, writes } from './small-world.ts'

const fromNothing = { last: 0, chain: feedBeginning, run: 'run' }

type Step =
  | { readonly tag: 'Write'; readonly write: Parameters<ReturnType<typeof smallWorld>['write']>[0] }
  /** `dies`: after so many messages, and another one goes on. */
  | { readonly tag: 'Say'; readonly dies: number | undefined }
  | { readonly tag: 'Read'; readonly reader: number; readonly most: number }
  | { readonly tag: 'Deaf'; readonly reader: number; readonly to: number }
  | { readonly tag: 'Shorten'; readonly isLost: boolean }
  /** The server loses its last messages. */
  | { readonly tag: 'Lose'; readonly messages: number }
  | { readonly tag: 'Junk' }

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: writes.map(write => ({ tag: 'Write', write }) as const) },
  {
    weight: 4,
    arbitrary: fc.option(fc.nat(4), { nil: undefined, freq: 2 }).map(dies => ({ tag: 'Say', dies }) as const),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(fc.nat(2), fc.nat(6)).map(([reader, most]) => ({ tag: 'Read', reader, most }) as const),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.nat(2), fc.nat(2)).map(([reader, to]) => ({ tag: 'Deaf', reader, to: to + 1 }) as const),
  },
  { weight: 1, arbitrary: fc.boolean().map(isLost => ({ tag: 'Shorten', isLost }) as const) },
  { weight: 1, arbitrary: fc.nat(3).map(messages => ({ tag: 'Lose', messages }) as const) },
  { weight: 1, arbitrary: fc.constant({ tag: 'Junk' } as const) },
)

describe('the feed of nodes', function () {
  this.timeout(120_000)

  it('is for each node, wherever it says how far it is, the part of the log that concerns the node', () => {
    let compared = 0
    let missed = 0
    fc.assert(
      fc.property(fc.array(steps, { minLength: 20, maxLength: 120 }), fc.constantFrom(2, 256), (history, atOnce) => {
        const world = smallWorld()
        let stream: readonly StoredMessage[] = []
        let last = 0
        let lives = 0
        /** Of the writers, which tell all nodes nothing more than once in half a millisecond. */
        let now = 0
        const truths = new Map<number, Wanted>()
        const note = (): void => {
          const all = nodes.map(node => [node, wanted(concerns(node, world.cut).objects)] as const)
          truths.set(world.cut.sequence, Object.fromEntries(all))
        }
        note()
        const truth = (through: number): Wanted => truths.get(through) ?? assert.fail(`nothing is known at ${through}`)

        const begin = () => {
          const told = toldSoFar()
          const rounds = sayingRounds(world.cut, atOnce)
          told.stored(stream)
          told.grown(last)
          rounds.lookAtAll(told)
          return { told, rounds, base: stream[0]?.sequence ?? last + 1, run: `run-${++lives}` }
        }
        let writer = begin()
        world.cut.subscribe(changes => writer.rounds.touched(changes))
        const store = (messages: ReturnType<typeof nextMessages>): void => {
          for (const message of messages) {
            const stored = storedAs(message, ++last)
            stream = [...stream, stored]
            for (const reader of readers) reader.hear(stored)
          }
        }
        const say = (dies?: number, again?: { readonly base: number; readonly upTo: number }): void => {
          const { told, rounds, run } = writer
          const objects = stream
            .filter(({ sequence }) => sequence <= (again?.upTo ?? 0))
            .flatMap(message => readNodeFeed(message) ?? [])
            .flatMap(({ at, objects }) => objects.map(object => ({ at, object })))
            .filter(({ at, object }) => object.body && told.isNewest(object, at))
            .map(({ object }) => object)
          const saying = again
            ? { objects, through: told.through, isForAll: true, again: () => undefined }
            : rounds.next(told, (now += 0.2))
          writer.base = again?.base ?? writer.base
          const messages = nextMessages(saying, { base: writer.base }, { last, chain: told.chain, run })
          store(messages.slice(0, dies ?? messages.length))
          if (dies !== undefined && dies < messages.length) writer = begin()
          else told.stored(stream.filter(({ sequence }) => sequence > told.last))
        }
        const readers = [nodes[0], nodes[1], nodes[0]].map(node =>
          readingNode(node, () => stream, { head: () => world.cut.sequence, truth }),
        )
        const lose = (messages: number): void => {
          stream = stream.slice(0, stream.length - Math.min(messages, stream.length - 1))
          last = stream.at(-1)?.sequence ?? last
          writer = begin()
          readers.forEach(reader => reader.ask(false))
        }
        for (const step of history)
          switch (step.tag) {
            case 'Write':
              world.write(step.write)
              note()
              break
            case 'Say':
              say(step.dies)
              break
            case 'Read':
              readers[step.reader]?.read(step.most)
              break
            case 'Deaf':
              readers[step.reader]?.deaf(step.to)
              break
            case 'Shorten': {
              while (writer.rounds.isDue) say()
              const marks = stream.filter(
                message =>
                  readNodeFeed(message)?.audience.tag === 'All' &&
                  readNodeFeed(message)?.mark !== undefined &&
                  message.sequence !== writer.told.mark?.at,
              )
              const upTo = marks[Math.floor(marks.length / 2)]?.sequence
              if (upTo === undefined) break
              const before = stream.length
              say(undefined, { base: upTo + 1, upTo })
              const said = stream.length - before
              stream = stream.filter(({ sequence }) => sequence > upTo)
              if (step.isLost) lose(said)
              break
            }
            case 'Lose':
              lose(step.messages)
              break
            case 'Junk':
              stream = [
                ...stream,
                {
                  subject: 'nodes.all',
                  sequence: ++last,
                  time: 0,
                  headers: '',
                  data: Buffer.from('{}'),
                },
              ]
              // Refused, as another message stands where its next one was to.
              writer.told.stored(stream.slice(-1))
              writer.run = `run-${++lives}`
              break
          }
        while (writer.rounds.isDue) say()
        writer = begin()
        do say()
        while (writer.rounds.isDue)
        const late = nodes.map(node => readingNode(node, () => stream, { head: () => world.cut.sequence, truth }))
        for (const reader of [...readers, ...late]) {
          reader.ask(true)
          for (let i = 0; i < 3; i++) reader.read(Infinity)
          assert.equal(reader.cut.sequence, world.cut.sequence)
          compared += reader.batches
          missed += reader.misses
        }
      }),
      { numRuns: 500 },
    )
    assert.ok(compared > 2_000, `${compared} moments were compared`)
    assert.ok(missed > 50, `${missed} losses were found`)
  })

  it('is told to all nodes the less often the more there are, with what single ones are told meanwhile', () => {
    const world = smallWorld()
    const told = toldSoFar()
    const rounds = sayingRounds(world.cut)
    world.cut.subscribe(rounds.touched)
    const put = (resource: string, namespace: string, name: string, object: Readonly<Record<string, unknown>>): void =>
      world.write({ group: '', resource, namespace, name, object })
    const service = (n: number): void => put('services', 'a', 'web', { spec: { clusterIP: `10.0.0.${n}` } })
    const say = (now: number): readonly string[] => {
      const messages = nextMessages(
        rounds.next(told, now),
        { base: 1 },
        { last: told.last, chain: told.chain, run: 'run' },
      )
      told.stored(messages.map((message, i) => storedAs(message, told.last + i + 1)))
      return messages.map(({ subject }) => subject)
    }
    for (let n = 0; n < 200; n++) put('nodes', '', `n${n}`, { spec: {} })
    service(1)
    const all = [...Array(200)].map((_, n) => `nodes.to.n${n}.core.nodes.-.n${n}`).sort()
    assert.deepEqual(say(0), [...all, 'nodes.all'])
    // What concerns one node alone does not wait,
    put('configmaps', 'a', 'c', { data: {} })
    put('pods', 'a', 'p', { spec: { nodeName: 'n1', containers: [], volumes: [{ configMap: { name: 'c' } }] } })
    assert.deepEqual(say(10), ['nodes.to.n1.core.configmaps.a.c', 'nodes.to.n1.core.pods.a.p'])
    // but for what all are to be told before.
    service(2)
    assert.deepEqual([say(20), rounds.rest(20)], [[], 180])
    service(3)
    put('configmaps', 'a', 'c', { data: { k: 'v' } })
    assert.deepEqual([say(199), rounds.rest(199)], [[], 1])
    assert.deepEqual(say(200), ['nodes.to.n1.core.configmaps.a.c', 'nodes.all'])
    assert.equal(rounds.isDue, false)
    // While the log stands still, they are told now and then that it does.
    assert.deepEqual([say(5_199), say(5_200), say(5_201)], [[], ['nodes.all'], []])
  })

  it('tells all nodes in messages that a server takes', () => {
    const told = [...Array(40)].map((_, n): ToldObject => ({
      ref: { group: '', resource: 'services', namespace: 'a', name: `s${n}` },
      ...{ audience: { tag: 'All' }, sequence: n + 1, uid: `u${n}` },
      ...(n % 10 === 9 ? {} : { body: randomBytes(n === 5 ? 2_000_000 : 50_000) }),
    }))
    const messages = nextMessages({ objects: told, through: 40, isForAll: true }, { base: 1 }, fromNothing)
    assert.deepEqual(
      messages.map(({ data }) => Math.round(data.length / 1_000)),
      [250, 2000, 1001, 500],
    )
    const read = messages.flatMap((message, i) => readNodeFeed(storedAs(message, i + 1)) ?? [])
    assert.deepEqual(
      read.map(({ audience, mark }) => [audience.tag, mark?.through]),
      [...Array(3).fill(['All', undefined]), ['All', 40]],
    )
    assert.deepEqual(
      read.flatMap(({ objects }) => objects),
      told,
      'these bytes cannot be fewer',
    )
  })

  it('shows nothing of what was told again to be let go, and lost with that', () => {
    const told = (name: string, body?: Uint8Array): ToldToAll => ({
      ref: { group: '', resource: 'services', namespace: 'a', name },
      ...{ audience: { tag: 'All' }, sequence: 1, uid: name, ...(body ? { body } : {}) },
    })
    const body = Buffer.from('{"metadata":{"name":"web"}}')
    const written = toldSoFar()
    const said = (objects: readonly ToldObject[], base: number, isMarked = true) => {
      const { last, chain } = written
      const saying = { objects, isForAll: isMarked, ...(isMarked ? { through: last + 1 } : {}) }
      const messages = nextMessages(saying, { base }, { last, chain, run: `run-${last}` })
      const stored = messages.map((message, i) => storedAs(message, last + i + 1))
      written.stored(stored)
      return stored
    }
    const names = (steps: ReturnType<ReturnType<typeof nodeFeedReader>['read']>) =>
      steps.map(step => (step.tag === 'Batch' ? step.events.map(({ type, ref }) => `${type} ${ref.name}`) : step.tag))
    const first = [...said([told('gone', body)], 1, false), ...said([], 1)]
    const second = said([told('stays', body)], 1)
    // Sequences 1 and 2 have left the feed, 4 was lost, and the service is gone: who writes now has never heard of it.
    const later = said([], 3)
    const reader = nodeFeedReader('n1')
    assert.deepEqual(names(reader.read([...first, ...second])), [['created gone'], ['created stays']])
    assert.deepEqual(names(reader.read(later)), [['deleted gone']])
    // Somebody who comes late, and had just read the first message.
    const late = nodeFeedReader('n1')
    assert.deepEqual(names(late.read([...first.slice(0, 1), ...second, ...later])), ['Missed'])
    late.begin()
    assert.deepEqual(names(late.read([...second, ...later])), [['created stays']])
  })

  it('is gone on with at what the writer said last, whatever others have stored behind it', () => {
    const junk = { subject: 'nodes.all', sequence: 2, time: 0, headers: '', data: Buffer.from('{}') }
    const said = (run: string) => [
      storedAs(generalMessage([], { run, after: feedBeginning }, { through: 1, base: 1 }), 1),
      junk,
    ]
    const tags = (messages: readonly StoredMessage[]) => reader.read(messages).map(({ tag }) => tag)
    const reader = nodeFeedReader('n1')
    assert.deepEqual([tags(said('run-1')), reader.from], [['Batch'], 1])
    reader.again(1)
    assert.deepEqual([tags(said('run-1')), reader.state], [[], 'Follows'])
    // On another feed there is the same again that others stored, but not what the writer said.
    reader.again(1)
    assert.deepEqual([tags(said('run-2').slice(1)), reader.state], [[], 'Resumes'])
    assert.deepEqual([tags(said('run-2')), reader.state], [['Missed'], 'Begins'])
    assert.deepEqual([tags(said('run-2')), reader.state], [['Batch'], 'Follows'])
  })

  it('tells again what is newer than the newest event that the log is known to have still', () => {
    const ref = { group: '', resource: 'pods', namespace: 'a', name: 'web' }
    const body = Buffer.from('{"metadata":{"name":"web"}}')
    const object = { ref, audience: { tag: 'Node', node: 'n1' }, sequence: 7, uid: 'web' } as const
    const told = toldSoFar()
    told.stored(
      nextMessages({ objects: [{ ...object, body }], through: 7, isForAll: true }, { base: 1 }, fromNothing).map(
        (message, i) => storedAs(message, i + 1),
      ),
    )
    const missing = (): number => told.missing(ref, [{ ...object, isPart: false, body: () => body }]).length
    assert.equal(missing(), 0)
    told.trust(7)
    assert.equal(missing(), 0)
    told.trust(6)
    assert.equal(missing(), 1)
  })
})
