import assert from 'node:assert/strict'
import type { KubernetesObject, Stored } from '@periplus/api'
import { formatTime } from '@periplus/api'
import { anHourLater, completed, controlledBy, deciding } from '@periplus/controller'
import { Deployment, ReplicaSet } from '@periplus/kinds'
import { deploymentController } from '../src/index.ts'
import { deployment, pod, template } from './objects.ts'

const given = deciding(deploymentController)
const now = anHourLater
const key = 'default/web'

const revision = 'deployment.kubernetes.io/revision'
const desired = 'deployment.kubernetes.io/desired-replicas'
const most = 'deployment.kubernetes.io/max-replicas'

interface SetTraits {
  readonly image?: string
  readonly available?: number
  readonly revision?: number
  readonly desired?: number
  readonly most?: number
  readonly age?: number
  readonly owned?: boolean
}

const setOf = (
  owner: Stored<Deployment>,
  hash: string,
  replicas: number,
  traits: SetTraits = {},
): Stored<ReplicaSet> => {
  const labels = { app: owner.metadata.name, 'pod-template-hash': hash }
  return completed(ReplicaSet, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${owner.metadata.name}-${hash}`,
      namespace: 'default',
      labels,
      creationTimestamp: formatTime(now - (traits.age ?? 1) * 60_000),
      annotations: {
        [revision]: String(traits.revision ?? 1),
        [desired]: String(traits.desired ?? owner.spec?.replicas),
        [most]: String(traits.most ?? 4),
      },
      ...((traits.owned ?? true) ? { ownerReferences: [controlledBy(Deployment, owner)] } : {}),
    },
    spec: { replicas, selector: { matchLabels: labels }, template: template(labels, traits.image) },
    status: {
      replicas,
      readyReplicas: traits.available ?? replicas,
      availableReplicas: traits.available ?? replicas,
      fullyLabeledReplicas: replicas,
      terminatingReplicas: 0,
      observedGeneration: 1,
    },
  } as ReplicaSet) as Stored<ReplicaSet>
}

const podsOf = (set: Stored<ReplicaSet>) =>
  Array.from({ length: set.spec?.replicas ?? 0 }, (_, i) =>
    pod(`${set.metadata.name}-${i}`, set, { ready: i < (set.status?.availableReplicas ?? 0) }),
  )

/** The Deployment, its ReplicaSets and all of their pods. */
const world = (owner: Deployment, ...sets: readonly Stored<ReplicaSet>[]) => [owner, ...sets, ...sets.flatMap(podsOf)]

const condition = (type: string, status: string, reason: string, ago = 0) => ({
  type,
  status,
  reason,
  message: '',
  lastUpdateTime: formatTime(now - ago),
  lastTransitionTime: formatTime(now - ago),
})

const scaledTo = (name: string, replicas: number) => ({
  verb: 'patch' as const,
  kind: ReplicaSet,
  ref: { name },
  patch: { body: { spec: { replicas } } },
})
const statusWith = (...conditions: readonly Record<string, unknown>[]) => ({
  verb: 'patch' as const,
  kind: Deployment,
  subresource: 'status',
  patch: { body: { status: conditions.length > 0 ? { conditions } : {} } },
})

describe('the Deployment controller', () => {
  const web = deployment('web')

  it('makes the first ReplicaSet at its whole size, as revision 1', () => {
    const { commands } = given(web)
      .when(key)
      .then(
        {
          verb: 'create',
          kind: ReplicaSet,
          object: {
            metadata: {
              name: /^web-[a-z0-9]+$/,
              namespace: 'default',
              annotations: { [revision]: '1', [desired]: '3', [most]: '4' },
              ownerReferences: [controlledBy(Deployment, web)],
            },
            spec: { replicas: 3 },
          },
        },
        {
          verb: 'patch',
          kind: Deployment,
          subresource: 'status',
          patch: {
            body: {
              metadata: { annotations: { [revision]: '1' } },
              status: {
                observedGeneration: 1,
                conditions: [
                  {
                    type: 'Progressing',
                    status: 'True',
                    reason: 'NewReplicaSetCreated',
                    message: /^Created new replica set "web-.*"$/,
                  },
                  { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' },
                ],
              },
            },
          },
        },
      )
      .tells(/^ScalingReplicaSet: Scaled up replica set web-\w+ from 0 to 3$/)
      .requeuesAfter(601_000)
    const made = (commands[0] as { object: ReplicaSet }).object
    const hash = made.metadata?.labels?.['pod-template-hash'] ?? ''
    assert.equal(made.metadata?.name, `web-${hash}`)
    assert.equal(made.spec?.selector.matchLabels?.['pod-template-hash'], hash)
    assert.equal(made.spec?.template?.metadata?.labels?.['pod-template-hash'], hash)
  })

  it('names the same template alike, and another after a collision', () => {
    const nameIn = (...objects: readonly KubernetesObject[]) =>
      (given(...objects).when(key).commands[0] as { object?: ReplicaSet }).object?.metadata?.name
    const name = nameIn(web) ?? ''
    assert.equal(nameIn(deployment('web', { replicas: 7 })), name)
    const squatter = { ...setOf(web, 'x', 0, { image: 'other', owned: false }) }
    const taken = { ...squatter, metadata: { ...squatter.metadata, name, labels: { app: 'else' } } }
    given(web, taken)
      .when(key)
      .then({ verb: 'patch', kind: Deployment, patch: { body: { status: { collisionCount: 1 } } } })
      .why(/is taken by another/)
    assert.notEqual(nameIn({ ...web, status: { collisionCount: 1 } } as Deployment, taken), name)
  })

  it('says that a ReplicaSet could not be made', () => {
    const refusal = {
      tag: 'Forbidden',
      target: { group: 'apps', resource: 'replicasets', name: 'x' },
      message: 'no',
    } as const
    given(web)
      .when(key, { refused: { verb: 'create', resource: 'replicasets', refusal } })
      .then(
        statusWith({ type: 'Progressing', status: 'False', reason: 'ReplicaSetCreateError' }, { type: 'Available' }),
        { verb: 'create', kind: ReplicaSet },
      )
      .tells(/^ReplicaSetCreateError: Failed to create new replica set "web-.*": .*no$/, /^ScalingReplicaSet/)
  })

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
        watch.kind.kind === 'Pod'
          ? watch.keys({ before: before as never, after: undefined, change: undefined as never }, cut)
          : [],
      )
      assert.deepEqual(keys, [{ namespace: 'default', name: 'web' }])
    })
  })

  describe('scaling', () => {
    it('scales the only active ReplicaSet, and its share’s annotations', () => {
      given(...world(deployment('web', { replicas: 5 }), setOf(web, 'a', 3, { desired: 3 })))
        .when(key)
        .then(
          {
            ...scaledTo('web-a', 5),
            patch: { body: { spec: { replicas: 5 }, metadata: { annotations: { [desired]: '5', [most]: '7' } } } },
          },
          statusWith(),
        )
        .tells('ScalingReplicaSet: Scaled up replica set web-a from 3 to 5')
    })
    it('in the middle of a rollout, shares in proportion; the largest takes the rest', () => {
      const wide = deployment('web', {
        replicas: 20,
        template: template({ app: 'web' }, 'new'),
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } },
      })
      const old = setOf(wide, 'old', 8, { image: 'old', desired: 10, most: 13, age: 5 })
      const fresh = setOf(wide, 'new', 5, { image: 'new', desired: 10, most: 13, revision: 2, available: 1 })
      given(...world(wide, old, fresh))
        .when(key)
        .then(scaledTo('web-new', 9), scaledTo('web-old', 14), statusWith())
    })
    it('scales to nothing', () => {
      given(...world(deployment('web', { replicas: 0 }), setOf(web, 'a', 3, { desired: 3 })))
        .when(key)
        .then(scaledTo('web-a', 0), statusWith())
    })
  })

  describe('pausing', () => {
    const paused = deployment('web', { paused: true, template: template({ app: 'web' }, 'new') })
    it('makes nothing new, and says so', () => {
      given(...world(paused, setOf(paused, 'old', 3, { image: 'old' })))
        .when(key)
        .then(
          statusWith(
            { type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' },
            { type: 'Available' },
          ),
        )
        .why('it is paused')
        .requeuesAfter(undefined)
    })
    it('scales all the same', () => {
      const wide = deployment('web', { ...paused.spec, replicas: 6 })
      given(...world(wide, setOf(wide, 'old', 3, { image: 'old', desired: 3 })))
        .when(key)
        .then(scaledTo('web-old', 6), statusWith({ reason: 'DeploymentPaused' }, { type: 'Available' }))
    })
    it('says when it is resumed, and gives it time', () => {
      const resumed = {
        ...web,
        status: {
          replicas: 3,
          updatedReplicas: 3,
          conditions: [condition('Progressing', 'Unknown', 'DeploymentPaused', 3_600_000)],
        },
      } as Deployment
      given(...world(resumed, setOf(web, 'a', 3, { available: 0 })))
        .when(key)
        .then(
          statusWith({ type: 'Progressing', status: 'Unknown', reason: 'DeploymentResumed' }, { type: 'Available' }),
        )
    })
  })

  describe('the progress deadline', () => {
    const stuck = (ago: number, reason = 'ReplicaSetUpdated') =>
      ({
        ...web,
        metadata: { ...web.metadata, annotations: { [revision]: '1' } },
        status: {
          observedGeneration: 1,
          replicas: 3,
          updatedReplicas: 3,
          unavailableReplicas: 3,
          terminatingReplicas: 0,
          conditions: [
            condition('Progressing', reason === 'ProgressDeadlineExceeded' ? 'False' : 'True', reason, ago),
            condition('Available', 'False', 'MinimumReplicasUnavailable'),
          ],
        },
      }) as Deployment
    const unavailable = setOf(web, 'a', 3, { available: 0 })

    it('is looked at again when it passes', () => {
      given(...world(stuck(100_000), unavailable))
        .when(key)
        .then()
        .requeuesAfter(501_000)
    })
    it('is exceeded when nothing got on', () => {
      given(...world(stuck(601_000), unavailable))
        .when(key)
        .then(
          statusWith(
            { type: 'Available' },
            {
              type: 'Progressing',
              status: 'False',
              reason: 'ProgressDeadlineExceeded',
              message: 'ReplicaSet "web-a" has timed out progressing.',
            },
          ),
        )
        .requeuesAfter(undefined)
    })
    it('starts anew with each pod that becomes ready', () => {
      given(...world(stuck(601_000), setOf(web, 'a', 3, { available: 1 })))
        .when(key)
        .then({
          verb: 'patch',
          kind: Deployment,
          patch: {
            body: {
              status: {
                conditions: [
                  { type: 'Available' },
                  { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', lastUpdateTime: formatTime(now) },
                ],
              },
            },
          },
        })
        .requeuesAfter(601_000)
    })
    it('stays exceeded, quietly', () => {
      given(...world(stuck(9_000_000, 'ProgressDeadlineExceeded'), unavailable))
        .when(key)
        .then()
    })
  })

  it('adopts and releases ReplicaSets', () => {
    const orphan = setOf(web, 'a', 3, { owned: false })
    given(...world(web, orphan))
      .when(key)
      .then(
        {
          verb: 'patch',
          kind: ReplicaSet,
          patch: { type: 'strategic', body: { metadata: { uid: orphan.metadata.uid } } },
        },
        statusWith(),
      )
    const strange = setOf(web, 'b', 0)
    given(web, { ...strange, metadata: { ...strange.metadata, labels: { app: 'other' } } })
      .when(key)
      .then(
        {
          verb: 'patch',
          kind: ReplicaSet,
          patch: { body: { metadata: { ownerReferences: [{ $patch: 'delete', uid: web.metadata.uid }] } } },
        },
        { verb: 'create', kind: ReplicaSet },
        statusWith(),
      )
  })

  it('repeats what keeps a ReplicaSet from making pods', () => {
    const failing = setOf(web, 'a', 3, { available: 0 })
    const failed = {
      ...failing,
      status: {
        ...failing.status,
        conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'quota' }],
      },
    } as Stored<ReplicaSet>
    given(web, failed)
      .when(key)
      .then(
        statusWith(
          { type: 'Available' },
          { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'quota' },
          { type: 'Progressing' },
        ),
      )
  })

  it('only reports while it is being deleted', () => {
    const leaving = {
      ...web,
      metadata: { ...web.metadata, deletionTimestamp: formatTime(now), finalizers: ['foregroundDeletion'] },
    }
    given(...world(leaving, setOf(web, 'old', 2, { image: 'other' })))
      .when(key)
      .then(statusWith())
  })
})
