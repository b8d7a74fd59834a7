import assert from 'node:assert/strict'
import { formatTime } from '@periplus/api'
import { Deployment, ReplicaSet } from '@periplus/kinds'
import { deployment, template } from './objects.ts'
import { given, now, key, revision, desired, most, setOf, world, condition, scaledTo, statusWith } from './rollouts.ts'

describe('the Deployment controller', () => {
  const web = deployment('web')

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
    it('goes on with a rollout where the only ReplicaSet has the new size already, as one that was still to grow', () => {
      const one = deployment('web', { replicas: 1, template: template({ app: 'web' }, 'new') })
      const grown = setOf(one, 'a', 1, { desired: 3 })
      given(...world(one, grown))
        .when(key)
        .then(
          {
            verb: 'patch',
            kind: ReplicaSet,
            ref: { name: 'web-a' },
            patch: { body: { metadata: { annotations: { [desired]: '1', [most]: '2' } } } },
          },
          statusWith(),
        )
      const { commands } = given(...world(one, setOf(one, 'a', 1, { desired: 1 }))).when(key)
      assert.ok(commands.some(({ verb }) => verb === 'create'))
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
    it('shares out no more than a ReplicaSet has room for, whatever annotations say', () => {
      const most = 2 ** 31 - 1
      const wide = deployment('web', {
        replicas: most,
        template: template({ app: 'web' }, 'new'),
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 25, maxUnavailable: 0 } },
      })
      const sets = [
        { ...setOf(wide, 'old', 2 ** 30, { image: 'old', desired: 1, most: 1, age: 5 }), status: {} },
        { ...setOf(wide, 'new', 5, { image: 'new', desired: 1, most: 1, revision: 2 }), status: {} },
      ] as never
      const { commands } = given(wide, ...(sets as readonly ReturnType<typeof setOf>[])).when(key)
      const sizes = commands.flatMap(command =>
        command.verb === 'patch' && command.ref.name !== 'web'
          ? [(command.patch.body as { spec?: { replicas?: number } }).spec?.replicas ?? 0]
          : [],
      )
      assert.ok(sizes.length > 0 && sizes.every(size => size >= 0 && size <= most), sizes.join())
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
})
