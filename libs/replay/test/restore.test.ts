import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { KubernetesObject, ObjectMeta } from '@periplus/api'
import { planRestore } from '../src/index.ts'
import type { Restorable, RestorePlan, RestoreQuestion } from '../src/index.ts'

const one = (place: string, metadata: ObjectMeta, more: object = {}): Restorable => {
  const [resource = '', ...group] = place.split('.')
  return { group: group.join('.'), resource, object: { metadata: { namespace: 'shop', ...metadata }, ...more } }
}
const configMap = (name: string, uid: string, more: object = {}, metadata: ObjectMeta = {}): Restorable =>
  one('configmaps', { name, uid, ...metadata }, more)
const owner = (kind: string, name: string, uid: string, controller = false, apiVersion = 'v1') => ({
  ...{ apiVersion, kind, name, uid },
  ...(controller ? { controller } : {}),
})

const plan = (question: Partial<RestoreQuestion>): RestorePlan =>
  planRestore({ then: [], now: [], owners: new Map(), ...question })
const told = ({ steps }: RestorePlan): readonly string[] =>
  steps.map(({ tag, of: { resource, object } }) => `${tag} ${resource}/${object.metadata?.name}`)
const objectOf = ({ steps }: RestorePlan, at = 0): KubernetesObject & Record<string, unknown> =>
  steps[at]!.of.object as KubernetesObject & Record<string, unknown>

describe('a plan to bring an earlier state back', () => {
  it('makes what is gone, changes what changed, and deletes what came since', () => {
    const found = plan({
      then: [configMap('gone', '1'), configMap('changed', '2', { data: { a: '1' } }), configMap('same', '3')],
      now: [configMap('changed', '2', { data: { a: '2' } }), configMap('same', '3'), configMap('new', '4')],
    })
    assert.deepEqual(told(found), ['Delete configmaps/new', 'Create configmaps/gone', 'Update configmaps/changed'])
    const update = found.steps[2]!
    assert.deepEqual(update.tag === 'Update' && update.changes, [{ path: 'data.a', before: '2', after: '1' }])
  })

  it('brings back nothing but what is gone, where that was asked for', () => {
    const found = plan({
      then: [configMap('gone', '1'), configMap('changed', '2', { data: { a: '1' } })],
      now: [configMap('changed', '2', { data: { a: '2' } }), configMap('new', '4')],
      onlyGone: true,
    })
    assert.deepEqual(told(found), ['Create configmaps/gone'])
  })

  it('leaves to the server what only the server gives', () => {
    const metadata: ObjectMeta = {
      ...{ generation: 7, resourceVersion: '12', creationTimestamp: '2026-01-01T00:00:00Z' },
      ...{ labels: { app: 'web' }, annotations: { 'pv.kubernetes.io/bind-completed': 'yes', mine: 'x' } },
    }
    const then = one(
      'deployments.apps',
      { name: 'web', uid: '1', ...metadata },
      { spec: { replicas: 2 }, status: { x: 1 } },
    )
    const made = objectOf(plan({ then: [then] }))
    assert.deepEqual(made, {
      metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' }, annotations: { mine: 'x' } },
      spec: { replicas: 2 },
    })
  })

  it('changes an object on what it is now', () => {
    const then = one('persistentvolumeclaims', { name: 'data', uid: '1', labels: { a: '1' } }, { spec: { size: 1 } })
    const now = one(
      'persistentvolumeclaims',
      {
        ...{ name: 'data', uid: '1', resourceVersion: '9', finalizers: ['kubernetes.io/pvc-protection'] },
        annotations: { 'pv.kubernetes.io/bind-completed': 'yes' },
      },
      { spec: { size: 1, volumeName: 'pv' }, status: { phase: 'Bound' } },
    )
    assert.deepEqual(objectOf(plan({ then: [then], now: [now] })), {
      ...now.object,
      metadata: { ...now.object.metadata, labels: { a: '1' } },
    })
  })

  it('puts namespaces first, and owners before their dependents', () => {
    const [a, b, c] = [
      configMap('a', '1', {}, { ownerReferences: [owner('ConfigMap', 'b', '2')] }),
      configMap('b', '2', {}, { ownerReferences: [owner('ConfigMap', 'c', '3')] }),
      configMap('c', '3'),
    ]
    const shop = { group: '', resource: 'namespaces', object: { metadata: { name: 'shop', uid: '0' } } }
    const found = plan({ then: [a, b, c, shop] })
    assert.deepEqual(
      told(found),
      ['namespaces/shop', 'configmaps/c', 'configmaps/b', 'configmaps/a'].map(name => `Create ${name}`),
    )
    assert.deepEqual(
      found.steps.map(step => step.tag === 'Create' && step.inPlaceOf),
      ['0', '3', '2', '1'],
    )
  })

  it('maps owners to those that stand for them, and names none that are gone', () => {
    const ownerReferences = [
      owner('ConfigMap', 'living', '1'),
      owner('ConfigMap', 'anew', '2'),
      owner('ConfigMap', 'gone', '3'),
      owner('ConfigMap', 'made', '4'),
      owner('Node', 'elsewhere', '5'),
    ]
    const found = plan({
      then: [
        configMap('living', '1'),
        configMap('anew', '2'),
        configMap('made', '4'),
        configMap('owned', '9', {}, { ownerReferences }),
      ],
      now: [configMap('living', '1'), configMap('anew', '22')],
      owners: new Map([['5', '55']]),
    })
    const owned = found.steps.find(({ of }) => of.object.metadata?.name === 'owned')!
    assert.deepEqual(
      owned.of.object.metadata?.ownerReferences?.map(({ uid }) => uid),
      ['1', '22', '4', '55'],
    )
  })

  it('leaves what controllers make to them, but the revisions of a deployment that is made anew', () => {
    const deployment = one('deployments.apps', { name: 'web', uid: '1' })
    const revision = one('replicasets.apps', {
      ...{ name: 'web-1', uid: '2' },
      ownerReferences: [owner('Deployment', 'web', '1', true, 'apps/v1')],
    })
    const pod = one('pods', {
      ...{ name: 'web-1-x', uid: '3' },
      ownerReferences: [owner('ReplicaSet', 'web-1', '2', true, 'apps/v1')],
    })
    const then = [
      pod,
      revision,
      deployment,
      one('events', { name: 'e', uid: '4' }),
      one('endpoints', { name: 'web', uid: '5' }),
    ]
    assert.deepEqual(
      told(plan({ then })),
      ['Create deployments.apps/web', 'Create replicasets.apps/web-1'].map(name => name.replace('.apps', '')),
    )
    assert.deepEqual(told(plan({ then, now: [deployment] })), [])
    assert.deepEqual(told(plan({ then: [deployment], now: [deployment, revision, pod] })), [])
  })

  it('says of what would not be the same again that it is left', () => {
    const job = one(
      'jobs.batch',
      { name: 'once', uid: '1' },
      { status: { conditions: [{ type: 'Complete', status: 'True' }] } },
    )
    const pod = one('pods', { name: 'ended', uid: '2' }, { status: { phase: 'Succeeded' } })
    const terminating = configMap('going', '3', {}, { deletionTimestamp: '2026-01-01T00:00:00Z' })
    const shredded = one('secrets', {
      name: 'key',
      uid: '4',
      annotations: { 'periplus.io/unreadable': 'its key is gone' },
    })
    const then = [job, pod, configMap('going', '3', { data: {} }), shredded]
    const found = plan({ then, now: [terminating] })
    assert.deepEqual(told(found), [])
    assert.deepEqual(
      found.left.map(({ of, why }) => `${of.object.metadata?.name}: ${why}`),
      [
        'once: it had ended, and would run again',
        'ended: it had ended, and would run again',
        'key: what was sealed in it cannot be read: its key is gone',
        'going: it is being deleted',
      ],
    )
  })

  it('has a job select its pods by its new uid', () => {
    const labels = { 'controller-uid': '1', 'batch.kubernetes.io/controller-uid': '1', app: 'x' }
    const spec = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: {} } }
    const made = objectOf(plan({ then: [one('jobs.batch', { name: 'run', uid: '1', labels }, { spec })] }))
    assert.deepEqual(made['spec'], { template: { metadata: { labels: { app: 'x' } }, spec: {} } })
    assert.deepEqual(made.metadata?.labels, { app: 'x' })
  })

  it('deletes a namespace that came since, and nothing in it by itself', () => {
    const shop = { group: '', resource: 'namespaces', object: { metadata: { name: 'shop', uid: '0' } } }
    assert.deepEqual(told(plan({ now: [configMap('a', '1'), shop] })), ['Delete namespaces/shop'])
  })

  it('has every owner before what it owns, whatever owns what', () => {
    const graph = fc.array(fc.array(fc.nat({ max: 14 }), { maxLength: 4 }), { minLength: 1, maxLength: 15 })
    fc.assert(
      fc.property(graph, fc.boolean(), (edges, upward) => {
        const then = edges.map((to, i) =>
          configMap(
            `c${i}`,
            `${i}`,
            {},
            {
              // Upward: no rings.
              ownerReferences: to
                .filter(j => j < edges.length && (!upward || j > i))
                .map(j => owner('ConfigMap', `c${j}`, `${j}`)),
            },
          ),
        )
        const { steps } = plan({ then })
        assert.equal(steps.length, edges.length)
        const placed = new Set<string>()
        for (const step of steps) {
          if (upward) for (const { uid } of step.of.object.metadata?.ownerReferences ?? []) assert.ok(placed.has(uid))
          if (step.tag === 'Create') placed.add(step.inPlaceOf)
        }
      }),
    )
  })
})
