import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import type { KubernetesObject } from '@periplus/api'
import { ConfigMap, Lease } from '@periplus/kinds'
import { serialiseCommand } from '@periplus/commands'
import type { Command } from '@periplus/commands'
import { memoryDecisions, runController } from '@periplus/controller'
import type { Controller, DecisionRecord } from '@periplus/controller'
import { virtualClock } from '@periplus/prelude'
import { mutableCut } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { redecide, why } from '../src/index.ts'
import { configMaps, refTo } from './events.ts'

const note = (text: string): Command => ({
  verb: 'create',
  kind: ConfigMap,
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: text, namespace: 'default' } } as KubernetesObject,
})

/** Names what it saw, the time and a random number. */
const witness = (version: number, extra = ''): Controller => ({
  name: 'witness',
  version,
  primary: ConfigMap,
  watches: [],
  decide: (cut, key, { now, random }) => {
    const data = cut.get(ConfigMap, key.namespace, key.name)?.data
    const lease = cut.get(Lease, 'default', 'beat')?.spec?.holderIdentity ?? 'nobody'
    return { commands: [note(`${key.name}-${data?.['n']}-${now}-${random()}${extra}`)], why: `${lease} holds it` }
  },
})

/** Decisions of a controller that was shown every state of a log, one after the other; its commands go nowhere. */
const lived = async (): Promise<{
  readonly log: ReturnType<typeof configMaps>['log']
  readonly records: readonly DecisionRecord[]
}> => {
  const { log, put } = configMaps()
  const decisions = memoryDecisions()
  const clock = virtualClock(1000)
  const cut = mutableCut()
  let seed = 0
  const running = runController(witness(1), {
    cut,
    decisions,
    clock,
    newSeed: () => seed++,
    onBug: (_name, _key, error) => {
      throw error
    },
    commands: {
      execute: async () => E.right({ object: {}, sequence: 0, changed: false, deleted: false }),
    },
  })
  const beat = (holder: string): void =>
    void put(
      'beat',
      {},
      {
        ref: { group: 'coordination.k8s.io', resource: 'leases', namespace: 'default', name: 'beat' },
        rollup: true,
        body: Buffer.from(
          JSON.stringify({
            apiVersion: 'coordination.k8s.io/v1',
            kind: 'Lease',
            metadata: { name: 'beat', namespace: 'default', uid: 'beat' },
            spec: { holderIdentity: holder },
          }),
        ),
      },
    )
  for (let i = 1; i <= 5; i++) {
    beat(`holder ${i}`)
    put('a', { n: String(i) })
    cut.apply(log.slice(cut.sequence + 1))
    clock.advance(10)
    await new Promise(resolve => setImmediate(resolve))
  }
  await running.stop()
  return { log, records: decisions.records }
}

describe('deciding again', () => {
  it('gives the same answers, heartbeats that the log no longer has included', async () => {
    const { log, records } = await lived()
    assert.equal(records.length, 5)
    assert.equal(records[0]?.why, 'holder 1 holds it')
    const replayed = await redecide(log, [...records].reverse(), [witness(1)])
    assert.deepEqual(
      { ...replayed, events: 0, unknown: [] },
      {
        decisions: 5,
        identical: 5,
        changed: [],
        unknown: [],
        missingPredecessor: 0,
        older: 0,
        forgotten: new Map(),
        events: 0,
      },
    )
  })

  it('leaves out, by kind, what looked at what is not kept any more, and nothing else', async () => {
    const { log, records } = await lived()
    const cuts = records.map(({ cut }) => cut)
    const from = cuts[2] ?? 0
    log.forgetKinds({ configmaps: from })
    const replayed = await redecide(log, records, [witness(1)])
    assert.deepEqual([replayed.decisions, replayed.identical, replayed.changed, replayed.older], [5, 3, [], 0])
    assert.deepEqual(replayed.forgotten, new Map([['configmaps', 2]]))
    log.forgetKinds({ secrets: from })
    const others = await redecide(log, records, [witness(1)])
    assert.deepEqual([others.identical, others.forgotten.size], [5, 0])
    log.forgetKinds({ '*': from })
    const young = await redecide(log, records, [witness(1)])
    assert.deepEqual([young.decisions, young.identical, young.older, young.forgotten.size], [3, 3, 2, 0])
  })

  it('takes the decisions of a round each on what the ones before it foresaw', async () => {
    const { log, put } = configMaps()
    const at = put('a', { n: '1' })
    const tally: Controller = {
      ...witness(1),
      assume: (cut, commands) => Object.create(cut, { sequence: { value: cut.sequence + commands.length } }) as Cut,
      decide: cut => ({ commands: [note(`at-${cut.sequence}`)], why: 'one more' }),
    }
    const recordAt = (id: string, said: string, after?: string) => ({
      ...{ id, controller: 'witness', version: 1, key: { namespace: 'default', name: id }, cut: at, now: 0, seed: 0 },
      ...{ triggers: [], commands: [serialiseCommand(note(said))], outcome: [], why: 'one more' },
      ...(after === undefined ? {} : { after }),
    })
    const round = [recordAt('one', 'at-1'), recordAt('two', 'at-2', 'one'), recordAt('three', 'at-3', 'two')]
    const { identical, missingPredecessor } = await redecide(log, [...round].reverse(), [tally])
    assert.deepEqual([identical, missingPredecessor], [3, 0])
    const holed = await redecide(log, [round[0], round[2]] as DecisionRecord[], [tally])
    assert.deepEqual([holed.identical, holed.missingPredecessor], [1, 1])
  })

  it('takes those that were decided while others were under way on what those foresaw, at whatever cut', async () => {
    const { log, put } = configMaps()
    const cuts = ['1', '2', '3'].map(n => put('a', { n }))
    const tally: Controller = {
      ...witness(1),
      assume: (cut, commands) =>
        Object.create(cut, { sequence: { value: cut.sequence + 10 * commands.length } }) as Cut,
      decide: cut => ({ commands: [note(`at-${cut.sequence}`)], why: 'one more' }),
    }
    const recordAt = (id: string, cut: number | undefined, said: string, after?: string, assumed?: number) => ({
      ...{
        id,
        controller: 'witness',
        version: 1,
        key: { namespace: 'default', name: id },
        cut: cut ?? 0,
        now: 0,
        seed: 0,
      },
      ...{ triggers: [], commands: [serialiseCommand(note(said))], outcome: [], why: 'one more' },
      ...(after === undefined ? {} : { after, ...(assumed === undefined ? {} : { assumed }) }),
    })
    const records: readonly DecisionRecord[] = [
      recordAt('one', cuts[0], 'at-1'),
      recordAt('two', cuts[1], 'at-12', 'one', 1),
      recordAt('three', cuts[1], 'at-22', 'two', 2),
      recordAt('four', cuts[2], 'at-23', 'three', 2),
      // What was under way has come, with nothing else.
      recordAt('five', cuts[2], 'at-13', 'four', 1),
    ]
    const { identical, changed, missingPredecessor } = await redecide(log, [...records].reverse(), [tally])
    assert.deepEqual([identical, changed, missingPredecessor], [5, [], 0])
    const holed = await redecide(log, records.slice(1), [tally])
    assert.deepEqual([holed.identical, holed.missingPredecessor], [2, 2])
  })

  it('shows exactly what other code decides differently', async () => {
    const { log, records } = await lived()
    const replayed = await redecide(log, records, [witness(2, '!')])
    assert.equal(replayed.identical, 0)
    const [first] = replayed.changed
    const before = records[0]?.commands[0] as { object: { metadata: { name: string } } }
    assert.deepEqual(first?.now?.commands, [serialiseCommand(note(`${before.object.metadata.name}!`))])
  })

  it('tells what failed and what is not built in', async () => {
    const { log, records } = await lived()
    const broken: Controller = {
      ...witness(1),
      decide: () => {
        throw new Error('no longer')
      },
    }
    const failed = await redecide(log, records, [broken])
    assert.deepEqual(
      failed.changed.map(change => change.error),
      Array(5).fill('Error: no longer'),
    )
    const unknown = await redecide(log, records, [])
    assert.deepEqual([...unknown.unknown], [['witness', 5]])
  })
})

describe('why', () => {
  it('goes from an object back to the command that began it all', async () => {
    const { log, put } = configMaps()
    const caused = (actor: string, causes: readonly number[], decisionId?: string) => ({
      origin: { actor, component: actor, causes, correlationId: 'root', ...(decisionId ? { decisionId } : {}) },
    })
    const root = put('deployment', {}, caused('user:me', []))
    put('bystander', {}, caused('user:other', []))
    const middle = put('replicaset', {}, caused('controller:deployment', [root], 'd1'))
    const pod = put('pod', {}, caused('controller:replicaset', [middle], 'd2'))
    put('pod', { node: 'n' }, caused('scheduler:scheduler', [pod], 'd3'))
    const record = { why: 'because' } as DecisionRecord
    const explained = await why(log, { byId: async id => (id === 'd3' ? undefined : record) }, refTo('pod'))
    assert.ok(E.isRight(explained))
    assert.deepEqual(
      explained.right.map(({ event, own, decision }) => [event.sequence, own, decision?.why]),
      [
        [1, false, undefined],
        [3, false, 'because'],
        [4, true, 'because'],
        [5, true, undefined],
      ],
    )
  })

  it('tells why a replacement is wanted, besides what it replaces', async () => {
    const { log, put } = configMaps()
    const owned = (uid: string, owner: string): Buffer =>
      Buffer.from(
        JSON.stringify({
          metadata: {
            name: uid,
            uid,
            ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: owner, uid: owner, controller: true }],
          },
        }),
      )
    const by = (actor: string, causes: readonly number[]) => ({
      origin: { actor, component: actor, causes, correlationId: 'root' },
    })
    put('grandparent', {}, by('user:me', []))
    put('parent', {}, { ...by('controller:a', []), body: owned('parent', 'grandparent') })
    const lost = put('old', {}, by('user:me', []))
    put('new', {}, { ...by('controller:b', [lost]), body: owned('new', 'parent') })
    const explained = await why(log, { byId: async () => undefined }, refTo('new'))
    assert.ok(E.isRight(explained))
    assert.deepEqual(
      explained.right.map(({ event, own }) => [event.sequence, own]),
      [
        [1, false],
        [2, false],
        [3, false],
        [4, true],
      ],
    )
  })

  it('speaks of the present life of a name', async () => {
    const { log, put } = configMaps()
    put('a', {})
    put('a', {}, { type: 'deleted' })
    put('a', {}, { type: 'created' })
    const explained = await why(log, { byId: async () => undefined }, refTo('a'))
    assert.ok(E.isRight(explained))
    assert.deepEqual(
      explained.right.map(({ event }) => event.sequence),
      [3],
    )
    assert.deepEqual(await why(log, { byId: async () => undefined }, refTo('never')), E.right([]))
  })
})
