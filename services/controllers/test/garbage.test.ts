import assert from 'node:assert/strict'
import { formatTime } from '@periplus/api'
import type { KubernetesObject, OwnerReference, Stored } from '@periplus/api'
import { anHourLater, deciding } from '@periplus/controller'
import type { WatchedChange } from '@periplus/controller'
import { kindsAt } from '@periplus/custom'
import { ConfigMap, ReplicaSet } from '@periplus/kinds'
import { garbageCollector } from '../src/index.ts'
import { replicaSet } from './objects.ts'

const collector = garbageCollector(kindsAt)
const given = deciding(collector)

const owner = (name: string, rest: Partial<OwnerReference> = {}): OwnerReference => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  name,
  uid: `uid-replicaset-${name}`,
  blockOwnerDeletion: true,
  ...rest,
})
const owned = (name: string, owners: readonly OwnerReference[], metadata: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', ownerReferences: owners, ...metadata },
})
const going = (name: string, ...finalizers: readonly string[]) =>
  replicaSet(name, 1, {
    metadata: { name, namespace: 'default', deletionTimestamp: formatTime(anHourLater), finalizers },
  })

const uid = 'uid-configmap-a'
const deleted = (propagationPolicy: string) => ({
  verb: 'delete' as const,
  kind: ConfigMap,
  ref: { name: 'a' },
  options: { propagationPolicy, preconditions: { uid, resourceVersion: /^\d+$/ } },
})
const refersTo = (...owners: readonly OwnerReference[]) => ({
  verb: 'patch' as const,
  kind: ConfigMap,
  patch: { body: { metadata: { uid, ownerReferences: owners } } },
})

describe('the garbage collector', () => {
  it('deletes what belonged to something that is gone', () => {
    given(owned('a', [owner('web')]))
      .when(uid)
      .then(deleted('Background'))
      .why('ReplicaSet web is gone, and ConfigMap a with it')
  })
  it('keeps what belongs to something that is there', () => {
    given(replicaSet('web', 1), owned('a', [owner('web')]))
      .when(uid)
      .then()
      .why('ConfigMap a belongs to ReplicaSet web')
  })
  it('tells an owner by its uid, not its name', () => {
    given(replicaSet('web', 1), owned('a', [owner('web', { uid: 'older' })]))
      .when(uid)
      .then(deleted('Background'))
  })
  it('takes an owner in another namespace, or of another kind, for absent', () => {
    const elsewhere = replicaSet('web', 1, { metadata: { name: 'web', namespace: 'other' } })
    given(elsewhere, owned('a', [owner('web')]))
      .when(uid)
      .then(deleted('Background'))
    given(replicaSet('web', 1), owned('a', [owner('web', { kind: 'DaemonSet' })]))
      .when(uid)
      .then(deleted('Background'))
  })
  it('leaves alone what it knows nothing of: unknown kinds, and namespaced owners of cluster-scoped objects', () => {
    given(owned('a', [owner('web', { apiVersion: 'example.com/v1', kind: 'Ship' })]))
      .when(uid)
      .then()
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', ownerReferences: [owner('web')] } }
    given(node).when('uid-node-n').then()
  })
  it('forgets owners that are gone while others are there', () => {
    given(replicaSet('web', 1), owned('a', [owner('web'), owner('old')]))
      .when(uid)
      .then(refersTo(owner('web')))
  })
  it('hears an object that says how its dependents are to be treated', () => {
    given(owned('a', [owner('web')], { finalizers: ['foregroundDeletion'] }))
      .when(uid)
      .then(deleted('Foreground'))
    given(owned('a', [owner('web')], { finalizers: ['orphan'] }))
      .when(uid)
      .then(deleted('Orphan'))
  })
  it('deletes nothing twice', () => {
    given(owned('a', [owner('web')], { deletionTimestamp: formatTime(anHourLater), finalizers: ['x/y'] }))
      .when(uid)
      .then()
  })

  describe('in the foreground', () => {
    const web = going('web', 'foregroundDeletion')
    it('deletes the dependents first', () => {
      given(web, owned('a', [owner('web')]))
        .when(uid)
        .then(deleted('Background'))
      given(web, owned('a', [owner('web')]))
        .when('uid-replicaset-web')
        .then()
        .why(/waits for 1 dependents/)
    })
    it('deletes dependents that have dependents in the foreground too', () => {
      given(web, owned('a', [owner('web')]), owned('b', [{ ...owner('a'), apiVersion: 'v1', kind: 'ConfigMap', uid }]))
        .when(uid)
        .then(deleted('Foreground'))
    })
    it('lets the owner go when none blocks it', () => {
      given(web, owned('a', [owner('web', { blockOwnerDeletion: false })]))
        .when('uid-replicaset-web')
        .then({ verb: 'patch', kind: ReplicaSet, patch: { body: { metadata: { finalizers: null } } } })
    })
    it('keeps what has another owner, which then blocks no more', () => {
      given(web, replicaSet('other', 1), owned('a', [owner('web'), owner('other')]))
        .when(uid)
        .then(refersTo(owner('other')))
    })
    it('breaks a circle of those that wait for each other', () => {
      const b = owned('b', [{ ...owner('a'), apiVersion: 'v1', kind: 'ConfigMap', uid }], {
        deletionTimestamp: formatTime(anHourLater),
        finalizers: ['foregroundDeletion'],
      })
      const a = owned('a', [{ ...owner('b'), apiVersion: 'v1', kind: 'ConfigMap', uid: 'uid-configmap-b' }])
      given(a, b)
        .when(uid)
        .then({
          verb: 'patch',
          kind: ConfigMap,
          patch: { body: { metadata: { ownerReferences: [{ blockOwnerDeletion: false }] } } },
        })
    })
  })

  it('leaves orphans: they forget the owner, then it goes', () => {
    given(going('web', 'orphan', 'x/y'), owned('a', [owner('web')]), replicaSet('other', 1))
      .when('uid-replicaset-web')
      .then(
        { verb: 'patch', kind: ConfigMap, patch: { body: { metadata: { uid, ownerReferences: null } } } },
        { verb: 'patch', kind: ReplicaSet, patch: { body: { metadata: { finalizers: ['x/y'] } } } },
      )
  })

  describe('is woken', () => {
    const { cut } = given(
      going('web', 'foregroundDeletion'),
      replicaSet('calm', 1),
      owned('a', [owner('web')]),
      owned('b', [owner('calm')]),
    )
    const objectOf = (wanted: string) => cut.byUid(wanted)?.object()
    const entryOf = (object: Stored<KubernetesObject> | undefined) =>
      object && { uid: object.metadata.uid, mentions: (text: string) => JSON.stringify(object).includes(text) }
    const keys = (before: object | undefined, after: object | undefined) => {
      const [was, is] = [before as Stored<KubernetesObject> | undefined, after as Stored<KubernetesObject> | undefined]
      const change = { before: entryOf(was), after: entryOf(is) }
      return collector.watches
        .flatMap(watch => watch.keys({ before: was, after: is, change } as WatchedChange, cut))
        .map(key => key.name)
    }
    const [web, calm, a] = [objectOf('uid-replicaset-web'), objectOf('uid-replicaset-calm'), objectOf(uid)]
    const plain = { ...web, metadata: { ...web?.metadata, finalizers: undefined, deletionTimestamp: undefined } }

    it('for the dependents of what is gone', () => assert.deepEqual(keys(calm, undefined), ['uid-configmap-b']))
    it('for an owner that begins to go, and its dependents', () =>
      assert.deepEqual(keys(plain, web), ['uid-replicaset-web', uid]))
    it('for an owner that waits, when a dependent is gone', () =>
      assert.deepEqual(keys(a, undefined), ['uid-replicaset-web']))
    it('for what is new and has an owner', () => assert.deepEqual(keys(undefined, a), [uid]))
    it('by nothing else', () => {
      assert.deepEqual(keys(a, { ...a, data: { x: 'y' } }), [])
      assert.deepEqual(keys(undefined, calm), [])
    })
    it('about objects of every kind, which its failures are told of', () => {
      assert.equal(collector.about?.(cut, { namespace: '', name: uid })?.metadata.name, 'a')
      assert.equal(collector.about?.(cut, { namespace: '', name: 'uid-gone' }), undefined)
    })
    it('at the start for everything that has an owner or is going', () =>
      assert.deepEqual(
        collector
          .startingKeys?.(cut)
          .map(key => key.name)
          .sort(),
        ['uid-configmap-a', 'uid-configmap-b', 'uid-replicaset-web'],
      ))
  })
})
