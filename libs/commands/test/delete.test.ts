import assert from 'node:assert/strict'
import { statusOf } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import type { DeleteOptions } from '../src/index.ts'
import { kindOf, object, ok, refOf, refusal, world } from './world.ts'
import type { World } from './world.ts'

const pods = kindOf('', 'pods')
const web = refOf('', 'pods', 'default', 'web')
const pod = (spec: object = {}, metadata: object = {}, status: object = {}): KubernetesObject =>
  object({ metadata: { name: 'web', namespace: 'default', ...metadata }, spec, status })

const running = async (metadata: object = {}): Promise<World> => {
  const it = world()
  ok(
    await it.run({
      verb: 'create',
      kind: pods,
      object: pod({ nodeName: 'one', containers: [{ name: 'c', image: 'i' }] }, metadata),
    }),
  )
  it.catchUp()
  return it
}
const remove = (it: World, options: DeleteOptions = {}) => it.run({ verb: 'delete', kind: pods, ref: web, options })

describe('deletion', () => {
  it('gives a running pod its grace period, which a second deletion may only shorten', async () => {
    const it = await running()
    const marked = ok(await remove(it))
    assert.equal(marked.deleted, false)
    assert.equal(marked.object.metadata?.deletionTimestamp, '2026-01-02T03:04:35Z')
    assert.equal(marked.object.metadata?.deletionGracePeriodSeconds, 30)
    assert.equal(ok(await remove(it, { gracePeriodSeconds: 60 })).changed, false)
    const shorter = ok(await remove(it, { gracePeriodSeconds: 10 }))
    assert.equal(shorter.object.metadata?.deletionTimestamp, '2026-01-02T03:04:15Z')
    const gone = ok(await remove(it, { gracePeriodSeconds: 0 }))
    assert.equal(gone.deleted, true)
    assert.deepEqual(
      it.log.slice(2).map(event => event.type),
      ['metadata-changed', 'metadata-changed', 'deleted'],
    )
  })

  it('takes a grace period beyond all times, and one that shortens it', async () => {
    const it = await running()
    const marked = ok(await remove(it, { gracePeriodSeconds: Number('9223372036854775807') }))
    assert.equal(marked.object.metadata?.deletionTimestamp, '9999-12-31T23:59:59Z')
    const shorter = ok(await remove(it, { gracePeriodSeconds: 10 }))
    assert.equal(shorter.object.metadata?.deletionTimestamp, '2026-01-02T03:04:15Z')
  })

  it('lets go as it was what has no grace period and nothing that holds it', async () => {
    const it = world()
    const kind = kindOf('apps', 'deployments')
    const spec = {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    }
    const made = await it.run({
      verb: 'create',
      kind,
      object: object({ metadata: { name: 'web', namespace: 'default' }, spec }),
    })
    it.catchUp()
    const gone = ok(
      await it.run({ verb: 'delete', kind, ref: refOf('apps', 'deployments', 'default', 'web'), options: {} }),
    )
    const { resourceVersion: _, ...metadata } = gone.object.metadata ?? {}
    const { resourceVersion: __, ...before } = ok(made).object.metadata ?? {}
    assert.deepEqual([gone.deleted, metadata], [true, before])
  })

  it('ends at once what no node runs', async () => {
    const it = world()
    ok(
      await it.run({
        verb: 'create',
        kind: pods,
        object: pod({ containers: [{ name: 'c', image: 'i' }] }),
      }),
    )
    assert.equal(ok(await remove(it)).deleted, true)
  })

  it('waits for finalizers, and ends with the last of them', async () => {
    const configMaps = kindOf('', 'configmaps')
    const it = world()
    const held = object({ metadata: { name: 'a', namespace: 'default', finalizers: ['example.com/hold'] } })
    ok(await it.run({ verb: 'create', kind: configMaps, object: held }))
    const ref = refOf('', 'configmaps', 'default', 'a')
    const marked = ok(
      await it.run({ verb: 'delete', kind: configMaps, ref, options: { propagationPolicy: 'Foreground' } }),
    )
    assert.deepEqual(marked.object.metadata?.finalizers, ['example.com/hold', 'foregroundDeletion'])
    assert.equal(ok(await it.run({ verb: 'delete', kind: configMaps, ref, options: {} })).changed, false)
    const added = object({ metadata: { ...held.metadata, finalizers: ['example.com/hold', 'example.com/more'] } })
    assert.match(
      statusOf(refusal(await it.run({ verb: 'update', kind: configMaps, object: added }))).message ?? '',
      /no new finalizers can be added if the object is being deleted, found new finalizers \[\]string\{"example.com\/more"\}/,
    )
    const freed = object({ metadata: { name: 'a', namespace: 'default' } })
    assert.equal(ok(await it.run({ verb: 'update', kind: configMaps, object: freed })).deleted, true)
    assert.equal(it.log.slice(1).at(-1)?.type, 'deleted')
  })

  it('orphans what jobs and replication controllers own, where nobody says otherwise', async () => {
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
    const replicas = kindOf('', 'replicationcontrollers')
    const deleted = async (finalizers: readonly string[], options: DeleteOptions): Promise<unknown> => {
      const it = world()
      const metadata = { name: 'rc', namespace: 'default', finalizers: ['example.org/held', ...finalizers] }
      ok(
        await it.run({
          verb: 'create',
          kind: replicas,
          object: object({ metadata, spec: { selector: { a: 'b' }, template } }),
        }),
      )
      it.catchUp()
      const ref = refOf('', 'replicationcontrollers', 'default', 'rc')
      return ok(await it.run({ verb: 'delete', kind: replicas, ref, options })).object.metadata?.finalizers?.slice(1)
    }
    assert.deepEqual(await deleted([], {}), ['orphan'])
    assert.deepEqual(await deleted([], { propagationPolicy: 'Background' }), [])
    assert.deepEqual(await deleted(['foregroundDeletion'], {}), ['foregroundDeletion'])
    assert.deepEqual(
      [kindOf('batch', 'jobs'), kindOf('apps', 'replicasets')].map(({ orphansByDefault }) => orphansByDefault ?? false),
      [true, false],
    )
  })

  it('honours preconditions', async () => {
    const it = await running()
    assert.match(
      statusOf(refusal(await remove(it, { preconditions: { uid: 'other' } }))).message ?? '',
      /Precondition failed: UID in precondition: other, UID in object meta: id-2/,
    )
    assert.equal(refusal(await remove(it, { preconditions: { resourceVersion: '9' } })).tag, 'Conflict')
  })
})
