import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { statusOf } from '@periplus/api'
import { memoryEventLog } from '@periplus/log'
import type { EventLog, MemoryEventLog } from '@periplus/log'
import type { PodDisruptionBudget, ResourceQuota } from '@periplus/kinds'
import { builtInAdmission } from '../src/index.ts'
import type { AdmissionPlugin } from '../src/index.ts'
import { kindOf, object, ok, refOf, refusal, world } from './world.ts'
import type { World } from './world.ts'

const configMaps = kindOf('', 'configmaps')
const secrets = kindOf('', 'secrets')
const pods = kindOf('', 'pods')
const meta = (name: string, more: object = {}) => ({ metadata: { name, namespace: 'default', ...more } })
const told = (log: MemoryEventLog): readonly string[] =>
  log.slice(1).map(({ ref, type }) => `${ref.resource}/${ref.name} ${type}`)

/** Gives each config map a secret of its own, as an allocator gives addresses: the first that nobody has. */
const allocating: AdmissionPlugin = {
  name: 'Allocating',
  companions: ({ kind, operation, previous, next }, { known }) => {
    if (kind.resource !== 'configmaps' || operation === 'update') return undefined
    const refs = ['one', 'two', 'three'].map(name => refOf('', 'secrets', 'default', name))
    if (operation === 'delete') {
      const own = refs.find(ref => known(ref).object?.metadata.labels?.['of'] === previous?.metadata.name)
      return E.right(own ? [{ command: { verb: 'delete', kind: secrets, ref: own, options: {} } }] : [])
    }
    const free = refs.find(ref => !known(ref).object)
    if (!free)
      return E.left({
        refusal: { tag: 'TooManyRequests', message: 'none is left', retryAfterSeconds: 1 },
        restsOn: refs,
      })
    const secret = object(meta(free.name, { labels: { of: next.metadata?.name } }))
    return E.right([{ command: { verb: 'create', kind: secrets, object: secret } }])
  },
}

const create = (it: World, name: string, id?: string) =>
  it.run({ verb: 'create', kind: configMaps, object: object(meta(name)) }, id)
const remove = (it: World, name: string) =>
  it.run({ verb: 'delete', kind: configMaps, ref: refOf('', 'configmaps', 'default', name), options: {} })

const twoServers = (admission: readonly AdmissionPlugin[]): { a: World; b: World; log: MemoryEventLog } => {
  const log = memoryEventLog()
  return { a: world({ log, prefix: 'a', admission }), b: world({ log, prefix: 'b', admission }), log }
}

/** Lets the cuts follow the log until everything is answered. */
const following = async <A>(worlds: readonly World[], waiting: readonly Promise<A>[]): Promise<readonly A[]> => {
  let open = true
  const all = Promise.all(waiting).finally(() => (open = false))
  while (open) {
    for (const each of worlds) each.catchUp()
    await Promise.resolve()
  }
  return all
}

describe('what a command writes besides', () => {
  it('becomes an event with it, before it, and goes with it', async () => {
    const it = world({ admission: [allocating] })
    const made = ok(await create(it, 'web'))
    assert.equal(made.sequence, 2)
    const gone = ok(await remove(it, 'web'))
    assert.deepEqual([gone.sequence, gone.deleted], [4, true])
    assert.deepEqual(told(it.log), [
      'secrets/one created',
      'configmaps/web created',
      'secrets/one deleted',
      'configmaps/web deleted',
    ])
    const [secret, own] = it.log.slice(1, 2)
    assert.deepEqual([secret?.origin, secret?.id], [own?.origin, `${own?.id}.1`])
  })

  it('is written by nobody who only tries, or changes nothing', async () => {
    const it = world({ admission: [allocating] })
    const tried = await it.run({ verb: 'create', kind: configMaps, object: object(meta('web')), dryRun: true })
    assert.equal(ok(tried).changed, false)
    assert.deepEqual(told(it.log), [])
  })

  it('is one for one, though two API servers that know nothing of each other give it', async () => {
    const { a, b, log } = twoServers([allocating])
    const [first, second] = await Promise.all([create(a, 'web'), create(b, 'db')])
    assert.deepEqual([ok(first).sequence, ok(second).sequence], [2, 4])
    assert.deepEqual(told(log), [
      'secrets/one created',
      'configmaps/web created',
      'secrets/two created',
      'configmaps/db created',
    ])
    ok(await create(a, 'cache'))
    assert.equal(statusOf(refusal(await create(b, 'more'))).code, 429)
    assert.equal(log.slice(1).length, 6, 'a refused command writes nothing besides')
    ok(await remove(a, 'web'))
    ok(await create(b, 'more'))
    assert.deepEqual(told(log).slice(-2), ['secrets/one created', 'configmaps/more created'])
  })

  it('is written where it was before, though the log has forgotten that and the cut has not, or the other way round', async () => {
    const it = world({ admission: [allocating] })
    const again = async (): Promise<number> => {
      it.catchUp()
      const { sequence } = ok(await create(it, 'again'))
      ok(await remove(it, 'again'))
      it.catchUp()
      return sequence
    }
    assert.equal(await again(), 2)
    it.log.forget(4)
    assert.equal(await again(), 6)
    const others = ['a', 'b', 'c', 'd'].flatMap(letter => Array.from({ length: 300 }, (_, i) => `${letter}-${i}`))
    for (const name of others) {
      ok(await it.run({ verb: 'create', kind: secrets, object: object(meta(name)) }))
      const ref = refOf('', 'secrets', 'default', name)
      ok(await it.run({ verb: 'delete', kind: secrets, ref, options: {} }))
    }
    it.catchUp()
    assert.equal(it.cut.lastSequence(refOf('', 'secrets', 'default', 'one')), 0, 'the cut has forgotten it')
    assert.equal(await again(), 8 + 2 * others.length + 2)
  })

  it('is written once, though the log does not say that it was', async () => {
    for (const written of [true, false]) {
      let lost = 1
      const through = (log: MemoryEventLog): EventLog => ({
        ...log,
        appendAll: async events => {
          if (lost-- <= 0) return log.appendAllNow(events)
          if (written) log.appendAllNow(events)
          return E.left({ tag: 'Unavailable', message: 'lost' })
        },
      })
      const it = world({ admission: [allocating], through })
      const waiting = create(it, 'web', 'given')
      for (let turn = 0; turn < 20; turn++) await Promise.resolve()
      it.clock.advance(100)
      assert.equal(ok(await waiting).sequence, 2)
      assert.equal(ok(await create(it, 'web', 'given')).sequence, 2, 'asked once more')
      assert.deepEqual(told(it.log), ['secrets/one created', 'configmaps/web created'])
    }
  })
})

describe('two API servers', () => {
  /** A namespace with a quota of five ConfigMaps. */
  const boundByAQuota = async (server: World): Promise<void> => {
    for (const [resource, fields] of [
      ['namespaces', { metadata: { name: 'default' } }],
      ['serviceaccounts', meta('default')],
      ['resourcequotas', { ...meta('few'), spec: { hard: { configmaps: '5' } } }],
    ] as const) {
      ok(await server.run({ verb: 'create', kind: kindOf('', resource), object: object(fields) }))
      server.catchUp()
    }
  }

  it('give no more than a quota has', async () => {
    const { a, b, log } = twoServers(builtInAdmission)
    await boundByAQuota(a)
    b.catchUp()
    const results = await following(
      [a, b],
      Array.from({ length: 16 }, (_, i) => create(i % 2 === 0 ? a : b, `c${i}`)),
    )
    assert.equal(results.filter(E.isRight).length, 5)
    const words = /exceeded quota: few, requested: configmaps=1, used: configmaps=5, limited: configmaps=5/
    for (const result of results) if (E.isLeft(result)) assert.match(statusOf(result.left).message ?? '', words)
    b.catchUp()
    const quota = b.cut.entry(refOf('', 'resourcequotas', 'default', 'few'))?.object() as ResourceQuota
    assert.deepEqual(quota.status?.used, { configmaps: '5' })
    assert.equal(log.slice(1).filter(({ ref }) => ref.resource === 'configmaps').length, 5)
    const one = results.findIndex(E.isRight)
    ok(await remove(a, `c${one}`))
    a.catchUp()
    ok(await create(a, 'late'))
  })

  it('refuse for now what they cannot count, as the cut stands still', async () => {
    const { a } = twoServers(builtInAdmission)
    await boundByAQuota(a)
    ok(await create(a, 'c1'))
    const waiting = create(a, 'c2')
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    a.clock.advance(2_000)
    assert.equal(refusal(await waiting).tag, 'ServiceUnavailable')
  })

  it('take no more than a disruption budget has', async () => {
    const { a, b, log } = twoServers([])
    for (const name of ['x', 'y', 'z']) {
      const labelled = meta(name, { labels: { app: 'web' } })
      const pod = object({ ...labelled, spec: { containers: [{ name: 'c', image: 'i' }] } })
      ok(await a.run({ verb: 'create', kind: pods, object: pod }))
      const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }
      ok(await a.run({ verb: 'update', kind: pods, subresource: 'status', object: object({ ...labelled, status }) }))
    }
    const kind = kindOf('policy', 'poddisruptionbudgets')
    const spec = { minAvailable: 2, selector: { matchLabels: { app: 'web' } } }
    const status = {
      disruptionsAllowed: 1,
      currentHealthy: 3,
      desiredHealthy: 2,
      expectedPods: 3,
      observedGeneration: 1,
    }
    ok(await a.run({ verb: 'create', kind, object: object({ ...meta('web'), spec }) }))
    ok(await a.run({ verb: 'update', kind, subresource: 'status', object: object({ ...meta('web'), status }) }))
    a.catchUp()
    b.catchUp()
    const before = log.slice(1).length
    const evict = (it: World, name: string) =>
      it.run({ verb: 'update', kind: pods, subresource: 'eviction', object: object(meta(name)) })
    const results = await Promise.all([evict(a, 'x'), evict(b, 'y'), evict(a, 'z')])
    assert.deepEqual(
      results.map(result => (E.isRight(result) ? 200 : statusOf(result.left).code)).toSorted(),
      [200, 429, 429],
    )
    assert.equal(log.slice(1).length, before + 2)
    b.catchUp()
    const budget = b.cut.entry(refOf('policy', 'poddisruptionbudgets', 'default', 'web'))?.object()
    assert.equal((budget as PodDisruptionBudget).status?.disruptionsAllowed, 0)
    assert.equal(Object.keys((budget as PodDisruptionBudget).status?.disruptedPods ?? {}).length, 1)
  })
})
