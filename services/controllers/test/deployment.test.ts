import assert from 'node:assert/strict'
import type { KubernetesObject, Stored } from '@periplus/api'
import { formatTime, controlledBy } from '@periplus/api'
import { Deployment, ReplicaSet } from '@periplus/kinds'
import { deployment } from './objects.ts'
import { given, now, key, revision, desired, most, setOf, world, statusWith } from './rollouts.ts'

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

  it('reports no more than a status has room for of what its ReplicaSets say', () => {
    const huge = 2 ** 31 - 1
    const sets = ['one', 'other'].map(hash => {
      const set = setOf(web, hash, 1, { image: hash })
      return { ...set, status: { ...set.status, replicas: huge, readyReplicas: huge } } as typeof set
    })
    const { commands } = given(web, ...sets).when(key)
    const patch = commands.find(({ verb, kind }) => verb === 'patch' && kind === Deployment)
    const { status } = (patch as unknown as { patch: { body: { status: Record<string, unknown> } } }).patch.body
    assert.deepEqual([status['replicas'], status['readyReplicas']], [huge, huge])
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
