import assert from 'node:assert/strict'
import { completed } from '@periplus/controller'
import { Deployment, ReplicaSet } from '@periplus/kinds'
import { deploymentController } from '../src/index.ts'
import { deployment, pod, template } from './objects.ts'
import { given, key, revision, setOf, world, scaledTo, statusWith } from './rollouts.ts'
import type { SetTraits } from './rollouts.ts'

describe('the Deployment controller’s strategies', () => {
  describe('rolling update', () => {
    const owner = deployment('web', {
      replicas: 10,
      template: template({ app: 'web' }, 'new'),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    })
    const old = (replicas: number, traits: SetTraits = {}) =>
      setOf(owner, 'old', replicas, { image: 'old', age: 9, most: 13, ...traits })
    const fresh = (replicas: number, traits: SetTraits = {}) =>
      setOf(owner, 'new', replicas, { image: 'new', revision: 2, most: 13, ...traits })

    it('begins with the surge, rounded up, and gives up what may be unavailable, rounded down', () => {
      given(...world(owner, old(10)))
        .when(key)
        .then(
          {
            verb: 'create',
            kind: ReplicaSet,
            object: { spec: { replicas: 3 }, metadata: { annotations: { [revision]: '2' } } },
          },
          scaledTo('web-old', 8),
          statusWith(),
        )
        .tells(
          /^ScalingReplicaSet: Scaled down replica set web-old from 10 to 8$/,
          /^ScalingReplicaSet: Scaled up replica set web-\w+ from 0 to 3$/,
        )
    })
    it('waits while pods of the old one that must go are still there', () => {
      const late = world(owner, old(8), fresh(3, { available: 0 }))
      given(...late, pod('extra-1', old(8)), pod('extra-2', old(8)))
        .when(key)
        .then(statusWith())
        .why(/8 pods must stay available/)
    })
    it('grows the new one when there is room', () => {
      given(...world(owner, old(8), fresh(3)))
        .when(key)
        .then(scaledTo('web-new', 5), statusWith())
        .why('scaling web-new from 3 to 5 of 10')
    })
    it('shrinks the old one by what became available', () => {
      given(...world(owner, old(8), fresh(5, { available: 4 })))
        .when(key)
        .then(scaledTo('web-old', 4), statusWith())
    })
    it('gives up old pods that are of no use first', () => {
      given(...world(owner, old(8, { available: 6 }), fresh(5, { available: 2 })))
        .when(key)
        .then(scaledTo('web-old', 6), statusWith())
    })
    it('keeps the pods of an adopted ReplicaSet that are available by its own measure, though never by the Deployment’s', () => {
      const patient = deployment('web', {
        replicas: 1,
        minReadySeconds: 7200,
        template: template({ app: 'web' }, 'newest'),
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      })
      const adopted = setOf(patient, 'adopted', 1, { image: 'old', age: 9 })
      const never = setOf(patient, 'never', 1, { image: 'new', age: 5, revision: 2, available: 0 })
      const late = { ...never, spec: { ...never.spec, minReadySeconds: 7200 } } as typeof never
      given(...world(patient, adopted, late))
        .when(key)
        .then(
          { verb: 'create', kind: ReplicaSet, object: { spec: { replicas: 0 } } },
          scaledTo('web-never', 0),
          statusWith(),
        )
        .tells(/^ScalingReplicaSet: Scaled down replica set web-never from 1 to 0$/)
    })
    it('takes one away where both limits are zero', () => {
      const strict = deployment('web', {
        ...owner.spec,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: '1%' } },
      })
      given(...world(strict, old(10), fresh(0)))
        .when(key)
        .then(scaledTo('web-old', 9), statusWith())
    })
    it('is complete when all are new and available', () => {
      const done = world(owner, old(0), fresh(10))
      given(...done)
        .when(key)
        .then({
          verb: 'patch',
          kind: Deployment,
          patch: {
            body: {
              metadata: { annotations: { [revision]: '2' } },
              status: {
                replicas: 10,
                updatedReplicas: 10,
                readyReplicas: 10,
                availableReplicas: 10,
                conditions: [
                  {
                    type: 'Available',
                    status: 'True',
                    reason: 'MinimumReplicasAvailable',
                    message: 'Deployment has minimum availability.',
                  },
                  {
                    type: 'Progressing',
                    status: 'True',
                    reason: 'NewReplicaSetAvailable',
                    message: 'ReplicaSet "web-new" has successfully progressed.',
                  },
                ],
              },
            },
          },
        })
        .requeuesAfter(undefined)
    })
    it('goes back to an old ReplicaSet when the template does, as the newest revision with a history', () => {
      const back = deployment('web', { ...owner.spec, template: template({ app: 'web' }, 'old') })
      given(...world(back, old(0, { revision: 1 }), fresh(10, { revision: 2 })))
        .when(key)
        .then(
          {
            verb: 'patch',
            kind: ReplicaSet,
            ref: { name: 'web-old' },
            patch: {
              body: {
                metadata: { annotations: { [revision]: '3', 'deployment.kubernetes.io/revision-history': '1' } },
                spec: { replicas: 3 },
              },
            },
          },
          { verb: 'patch', kind: Deployment, patch: { body: { metadata: { annotations: { [revision]: '3' } } } } },
        )
    })
    it('counts revisions beyond what a number holds by one at a time', () => {
      const back = deployment('web', { ...owner.spec, template: template({ app: 'web' }, 'old') })
      given(...world(back, old(0, { revision: 1 }), fresh(10, { revision: 3546343826724305832n })))
        .when(key)
        .then(
          {
            verb: 'patch',
            kind: ReplicaSet,
            ref: { name: 'web-old' },
            patch: { body: { metadata: { annotations: { [revision]: '3546343826724305833' } } } },
          },
          {
            verb: 'patch',
            patch: { body: { metadata: { annotations: { [revision]: '3546343826724305833' } } } },
            kind: Deployment,
          },
        )
    })
    it('deletes the oldest revisions beyond the limit, once complete', () => {
      const short = deployment('web', { ...owner.spec, revisionHistoryLimit: 1 })
      const past = (n: number, replicas = 0) =>
        setOf(short, `r${n}`, replicas, { image: `r${n}`, revision: n, age: 50 - n })
      const now10 = setOf(short, 'now', 10, { image: 'new', revision: 9 })
      given(...world(short, past(1), past(2), past(3), now10))
        .when(key)
        .then(
          { verb: 'delete', kind: ReplicaSet, ref: { name: 'web-r1' } },
          { verb: 'delete', kind: ReplicaSet, ref: { name: 'web-r2' } },
          statusWith(),
        )
        .why('history keeps 1: deleting web-r1, web-r2')
    })
  })

  describe('Recreate', () => {
    const owner = deployment('web', { template: template({ app: 'web' }, 'new'), strategy: { type: 'Recreate' } })
    const old = (replicas: number) => setOf(owner, 'old', replicas, { image: 'old', most: 3 })
    it('stops everything old first', () => {
      given(...world(owner, old(3)))
        .when(key)
        .then(scaledTo('web-old', 0), statusWith())
    })
    it('waits for pods that are terminating', () => {
      given(owner, old(0), pod('web-old-1', old(0), { deleting: true }))
        .when(key)
        .then(statusWith())
        .why('waiting for the last old pod to go')
    })
    it('starts the new one when the old are gone', () => {
      given(owner, old(0), pod('web-old-1', old(0), { phase: 'Failed' }))
        .when(key)
        .then({ verb: 'create', kind: ReplicaSet, object: { spec: { replicas: 3 } } }, statusWith())
    })
    it('is woken when a pod of it goes', () => {
      const { cut } = given(owner, old(0))
      const before = completed(ReplicaSet, pod('x', old(0)))
      const keys = deploymentController.watches.flatMap(watch =>
        'kind' in watch && watch.kind.kind === 'Pod'
          ? watch.keys({ before: before as never, after: undefined, change: undefined as never }, cut)
          : [],
      )
      assert.deepEqual(keys, [{ namespace: 'default', name: 'web' }])
    })
  })
})
