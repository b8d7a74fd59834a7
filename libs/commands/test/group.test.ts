import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { statusOf } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import { memoryEventLog } from '@periplus/log'
import type { EventLog, MemoryEventLog } from '@periplus/log'
import type { ResourceQuota, Service } from '@periplus/kinds'
import { builtInAdmission, serviceAllocation } from '../src/index.ts'
import type { Command, GroupMember, GroupRefusal, Outcome } from '../src/index.ts'
import { kindOf, object, ok, origin, refOf, world } from './world.ts'
import type { World, WorldOptions } from './world.ts'

const configMaps = kindOf('', 'configmaps')
const namespaces = kindOf('', 'namespaces')
const meta = (name: string, more: object = {}) => ({ metadata: { name, namespace: 'shop', ...more } })
const create = (resource: string, fields: object, group = ''): Command => ({
  verb: 'create',
  kind: kindOf(group, resource),
  object: object(fields),
})
const configMap = (name: string, more: object = {}): Command => create('configmaps', { ...meta(name), ...more })
const remove = (resource: string, name: string): Command => ({
  verb: 'delete',
  kind: kindOf('', resource),
  ref: refOf('', resource, 'shop', name),
  options: {},
})
const shop: Command = create('namespaces', { metadata: { name: 'shop' } })

const told = (log: MemoryEventLog, from = 1): readonly string[] =>
  log.slice(from).map(({ ref, type }) => `${ref.resource}/${ref.name} ${type}`)

const runAll = (it: World, members: readonly (Command | GroupMember)[], id?: string) =>
  it.commands.executeAll(
    members.map(member => ('verb' in member ? { command: member } : member)),
    origin,
    id,
  )
const all = (result: Either<GroupRefusal, readonly Outcome[]>): readonly Outcome[] => {
  if (E.isLeft(result)) throw new Error(`refused: ${JSON.stringify(result.left)}`)
  return result.right
}
const refusedAt = (result: Either<GroupRefusal, readonly Outcome[]>): { index?: number; message: string } => {
  if (E.isRight(result)) throw new Error('not refused')
  const { index, refusal } = result.left
  return { ...(index === undefined ? {} : { index }), message: statusOf(refusal).message ?? '' }
}

const inShop = async (options: WorldOptions = {}): Promise<World> => {
  const it = world(options)
  for (const command of [shop, create('serviceaccounts', meta('default'))]) {
    ok(await it.run(command))
    it.catchUp()
  }
  return it
}

describe('a group of commands', () => {
  it('becomes successive events, each on what those before it will have written', async () => {
    const it = world({ admission: builtInAdmission })
    const outcomes = all(await runAll(it, [shop, configMap('a'), configMap('b')]))
    assert.deepEqual(
      outcomes.map(({ sequence, changed, created }) => [sequence, changed, created]),
      [
        [1, true, true],
        [2, true, true],
        [3, true, true],
      ],
    )
    assert.deepEqual(told(it.log), ['namespaces/shop created', 'configmaps/a created', 'configmaps/b created'])
    assert.equal(outcomes[2]?.object.metadata?.resourceVersion, '3')
  })

  it('writes nothing where one is refused, and says which', async () => {
    const it = await inShop({ admission: builtInAdmission })
    ok(await it.run(configMap('b')))
    it.catchUp()
    const before = told(it.log).length
    const refused = refusedAt(await runAll(it, [configMap('a'), configMap('b'), configMap('c')]))
    assert.deepEqual(refused, { index: 1, message: 'configmaps "b" already exists' })
    const invalid = refusedAt(await runAll(it, [configMap('a'), configMap('B!')]))
    assert.equal(invalid.index, 1)
    assert.match(invalid.message, /^ConfigMap "B!" is invalid/)
    assert.match(
      refusedAt(await runAll(it, [remove('configmaps', 'b'), remove('configmaps', 'x')])).message,
      /not found/,
    )
    assert.equal(told(it.log).length, before)
  })

  it('writes nothing where one is a dry run, and says what would come of it', async () => {
    const it = await inShop()
    const [made, gone] = all(
      await runAll(it, [{ ...configMap('a'), dryRun: true } as Command, remove('serviceaccounts', 'default')]),
    )
    assert.deepEqual([made?.changed, made?.created, gone?.changed, gone?.deleted], [false, true, false, true])
    assert.equal(told(it.log).length, 2)
  })

  it('says of what stays as it is that it did not change', async () => {
    const it = await inShop()
    ok(await it.run(configMap('a', { data: { k: 'v' } })))
    it.catchUp()
    const update: Command = { verb: 'update', kind: configMaps, object: object({ ...meta('a'), data: { k: 'v' } }) }
    const [same, made] = all(await runAll(it, [update, configMap('b')]))
    assert.deepEqual([same?.changed, same?.sequence, made?.sequence], [false, 3, 4])
    it.catchUp()
    assert.deepEqual(
      all(await runAll(it, [update])).map(({ changed }) => changed),
      [false],
    )
  })

  it('is about each object once', async () => {
    const it = await inShop()
    assert.deepEqual(refusedAt(await runAll(it, [configMap('a'), remove('configmaps', 'a')])), {
      index: 1,
      message: 'configmaps "a" is in the group twice',
    })
  })

  it('makes again what was there before, though the log has forgotten that and the cut has not', async () => {
    const it = await inShop()
    all(await runAll(it, [configMap('one'), configMap('two')]))
    for (const name of ['one', 'two']) ok(await it.run(remove('configmaps', name)))
    it.catchUp()
    const last = it.log.slice(1).at(-1)?.sequence ?? 0
    it.log.forget(last)
    const made = all(await runAll(it, [configMap('one'), configMap('two')]))
    assert.deepEqual(
      made.map(({ sequence }) => sequence),
      [last + 1, last + 2],
    )
  })

  it('takes of a quota for all of its members, in one event', async () => {
    const it = await inShop({ admission: builtInAdmission })
    ok(await it.run(create('resourcequotas', { ...meta('few'), spec: { hard: { configmaps: '2' } } })))
    it.catchUp()
    const before = told(it.log).length
    const over = refusedAt(
      await runAll(
        it,
        ['a', 'b', 'c'].map(name => configMap(name)),
      ),
    )
    assert.equal(over.index, 2)
    assert.match(
      over.message,
      /exceeded quota: few, requested: configmaps=1, used: configmaps=2, limited: configmaps=2/,
    )
    all(await runAll(it, [configMap('a'), configMap('b')]))
    assert.deepEqual(told(it.log, before + 1), [
      'configmaps/a created',
      'resourcequotas/few status-changed',
      'configmaps/b created',
    ])
    it.catchUp()
    const quota = it.cut.entry(refOf('', 'resourcequotas', 'shop', 'few'))?.object() as ResourceQuota
    assert.deepEqual(quota.status?.used, { configmaps: '2' })
  })

  it('holds a quota that it brings with it to what it brings besides', async () => {
    const it = await inShop({ admission: builtInAdmission })
    const quota = create('resourcequotas', { ...meta('one'), spec: { hard: { configmaps: '1' } } })
    assert.match(refusedAt(await runAll(it, [quota, configMap('a'), configMap('b')])).message, /exceeded quota: one/)
    all(await runAll(it, [quota, configMap('a')]))
    assert.deepEqual(told(it.log, 3), ['resourcequotas/one created', 'configmaps/a created'])
  })

  it('names as owner what stands for another that is gone', async () => {
    const it = await inShop()
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: 'old' }
    const [made, owned] = all(
      await runAll(it, [
        { command: configMap('owner'), inPlaceOf: 'old' },
        { command: configMap('owned', meta('owned', { ownerReferences: [owner] })) },
      ]),
    )
    assert.deepEqual(owned?.object.metadata?.ownerReferences, [{ ...owner, uid: made?.object.metadata?.uid }])
  })

  it('asks each guard about what its command would write', async () => {
    const it = await inShop()
    const asked: string[] = []
    const guard = ({ ref }: { ref: { name: string } }) => {
      asked.push(ref.name)
      return ref.name === 'b' ? ({ tag: 'BadRequest', message: 'not b' } as const) : undefined
    }
    const members = ['a', 'b', 'c'].map(name => ({ command: configMap(name), guard }))
    assert.deepEqual(refusedAt(await runAll(it, members)), { index: 1, message: 'not b' })
    assert.deepEqual(asked, ['a', 'b'])
  })

  it('is tried again on what somebody else wrote meanwhile', async () => {
    const log = memoryEventLog()
    const other = await inShop({ log, prefix: 'other' })
    let races = 1
    const it: World = world({
      log,
      prefix: 'it',
      through: real => ({
        ...real,
        bounds: async () => {
          it.catchUp()
          return real.bounds()
        },
        appendAll: async events => {
          if (races-- > 0) ok(await other.run(configMap('a', { data: { of: 'other' } })))
          return real.appendAllNow(events)
        },
      }),
    })
    const apply: Command = {
      verb: 'patch',
      kind: configMaps,
      ref: refOf('', 'configmaps', 'shop', 'a'),
      patch: {
        type: 'apply',
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { x: 'y' } },
      },
      fieldManager: 'me',
    }
    const [a] = all(await runAll(it, [apply, configMap('b')]))
    assert.deepEqual((a?.object as { data?: object }).data, { of: 'other', x: 'y' })
    assert.deepEqual(told(log, 3), ['configmaps/a created', 'configmaps/a spec-changed', 'configmaps/b created'])
  })

  it('is written once, though the log does not say that it was', async () => {
    const it = await inShop({
      through: (log: MemoryEventLog): EventLog => {
        let lost = 1
        return {
          ...log,
          appendAll: async events => {
            const written = log.appendAllNow(events)
            return lost-- > 0 ? E.left({ tag: 'Unavailable', message: 'lost' }) : written
          },
        }
      },
    })
    const waiting = runAll(it, [configMap('a'), configMap('b')], 'given')
    for (let turn = 0; turn < 50; turn++) await Promise.resolve()
    it.clock.advance(100)
    assert.deepEqual(
      all(await waiting).map(({ sequence }) => sequence),
      [3, 4],
    )
    assert.equal(told(it.log).length, 4)
  })

  it('gives each of its services an address of its own, and refuses to take what it gives up', async () => {
    const it = world({ admission: [serviceAllocation({ least: 30_000, most: 30_010 })] })
    const cidr = create(
      'servicecidrs',
      { metadata: { name: 'kubernetes' }, spec: { cidrs: ['10.9.0.0/29'] } },
      'networking.k8s.io',
    )
    ok(await it.run(cidr))
    it.catchUp()
    const service = (name: string, spec: object = {}): Command =>
      create('services', { ...meta(name), spec: { ports: [{ port: 80 }], ...spec } })
    const made = all(
      await runAll(
        it,
        ['a', 'b', 'c', 'd'].map(name => service(name)),
      ),
    )
    const addresses = made.map(({ object: one }) => (one as Service).spec?.clusterIP)
    assert.equal(new Set(addresses).size, 4)
    it.catchUp()
    const again = [remove('services', 'a'), service('e', { clusterIP: addresses[0] })]
    assert.deepEqual(refusedAt(await runAll(it, again)).index, 1)
    assert.match(refusedAt(await runAll(it, again)).message, /these are two steps/)
    assert.match(refusedAt(await runAll(it, [service('f', { clusterIP: addresses[0] })])).message, /already allocated/)
    all(await runAll(it, [remove('services', 'a'), remove('services', 'b')]))
  })

  it('takes the turns of all its objects, in one order whatever its own', async () => {
    const it = await inShop({ admission: builtInAdmission })
    const names = ['a', 'b', 'c', 'd']
    const update = (name: string, by: string): Command => ({
      verb: 'patch',
      kind: configMaps,
      ref: refOf('', 'configmaps', 'shop', name),
      patch: { type: 'merge', body: { data: { [by]: name } } },
    })
    all(
      await runAll(
        it,
        names.map(name => configMap(name)),
      ),
    )
    it.catchUp()
    let open = true
    const waiting = Promise.all([
      runAll(
        it,
        names.map(name => update(name, 'one')),
      ),
      runAll(
        it,
        names.toReversed().map(name => update(name, 'two')),
      ),
      ...names.map(name => it.run(update(name, 'three'))),
    ]).finally(() => (open = false))
    while (open) {
      it.catchUp()
      await Promise.resolve()
    }
    for (const each of await waiting) assert.ok(E.isRight(each as Either<unknown, unknown>))
    for (const name of names) {
      const { data } = it.cut.entry(refOf('', 'configmaps', 'shop', name))?.object() as { data?: KubernetesObject }
      assert.deepEqual(Object.keys(data ?? {}).sort(), ['one', 'three', 'two'])
    }
  })

  it('of namespaces takes more events than the log does at once for none', async () => {
    const it = world()
    const many = Array.from({ length: 1001 }, (_, i): Command => ({
      verb: 'create',
      kind: namespaces,
      object: object({ metadata: { name: `n${i}` } }),
    }))
    assert.deepEqual(refusedAt(await runAll(it, many)), {
      message: 'the group writes 1001 objects, the limit is 1000',
    })
    assert.equal(all(await runAll(it, many.slice(1))).length, 1000)
  })
})
