import assert from 'node:assert/strict'
import { formatTime } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { anHourLater, completed, deciding } from '@periplus/controller'
import { PodDisruptionBudget, ReplicaSet } from '@periplus/kinds'
import type { PodDisruptionBudgetSpec, PodDisruptionBudgetStatus } from '@periplus/kinds'
import { disruptionController } from '../src/index.ts'
import { pod, replicaSet } from './objects.ts'

const web = replicaSet('web', 4)
const budget = (
  spec: PodDisruptionBudgetSpec,
  status: PodDisruptionBudgetStatus = {},
): Stored<PodDisruptionBudget> => ({
  ...(completed(PodDisruptionBudget, {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace: 'default', generation: 1 },
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  } as PodDisruptionBudget) as Stored<PodDisruptionBudget>),
  status,
})
const pods = ['a', 'b', 'c', 'd'].map(name => pod(name, web))

describe('the disruption controller', () => {
  const given = deciding(disruptionController)
  const says = (status: PodDisruptionBudgetStatus) => ({
    verb: 'update' as const,
    kind: PodDisruptionBudget,
    subresource: 'status',
    object: { status: { observedGeneration: 1, ...status } },
  })
  const cases: readonly (readonly [string, PodDisruptionBudgetSpec, number, number])[] = [
    ['minAvailable: a number of the pods that are there', { minAvailable: 3 }, 3, 1],
    ['minAvailable: a part of what the owner wants, rounded up', { minAvailable: '60%' }, 3, 1],
    ['maxUnavailable: a number of what the owner wants', { maxUnavailable: 2 }, 2, 2],
    ['maxUnavailable: a part, rounded up', { maxUnavailable: '10%' }, 3, 1],
    ['more than there can be', { minAvailable: 9 }, 9, 0],
  ]
  for (const [what, spec, desiredHealthy, disruptionsAllowed] of cases)
    it(`counts ${what}`, () => {
      given(web, ...pods, budget(spec))
        .when('default/web')
        .then(says({ currentHealthy: 4, expectedPods: 4, desiredHealthy, disruptionsAllowed }))
    })

  it('counts no further than a status has room for', () => {
    const most = 2 ** 31 - 1
    const [one, other] = [replicaSet('one', most), replicaSet('other', most)]
    given(one, other, pod('a', one), pod('b', other), budget({ selector: {}, minAvailable: '100%' }))
      .when('default/web')
      .then(says({ currentHealthy: 2, expectedPods: most, desiredHealthy: most, disruptionsAllowed: 0 }))
  })

  it('counts only what is ready and stays', () => {
    given(
      web,
      pod('a', web),
      pod('b', web, { ready: false }),
      pod('c', web, { deleting: true }),
      budget({ minAvailable: 1 }),
    )
      .when('default/web')
      .then(says({ currentHealthy: 1, expectedPods: 3, desiredHealthy: 1, disruptionsAllowed: 0 }))
  })

  it('remembers evictions until they show, or two minutes are over', () => {
    const since = (seconds: number) => ({ disruptedPods: { a: formatTime(anHourLater - 1000 * seconds) } })
    given(web, ...pods, budget({ minAvailable: 1 }, since(30)))
      .when('default/web')
      .then(says({ currentHealthy: 3, disruptionsAllowed: 2, ...since(30) }))
    given(web, ...pods, budget({ minAvailable: 1 }, since(130)))
      .when('default/web')
      .then(says({ currentHealthy: 4, disruptionsAllowed: 3 }))
  })

  it('is woken by the pods it selects and by what wants a number of them', () => {
    const other = replicaSet('web', 5)
    const { cut } = given(web, ...pods, budget({ minAvailable: 1 }))
    const [onPod, ...onOwners] = disruptionController.watches
    const [stored] = cut.list(ReplicaSet)
    assert.ok(stored && onPod)
    const change = undefined as never
    const key = { namespace: 'default', name: 'web' }
    assert.deepEqual(onPod.keys({ before: undefined, after: pods[0] as Stored<ReplicaSet>, change }, cut), [key])
    const onReplicaSet = onOwners.find(watch => 'kind' in watch && watch.kind === ReplicaSet)
    assert.deepEqual(onReplicaSet?.keys({ before: stored, after: other, change }, cut), [key])
    assert.deepEqual(onReplicaSet?.keys({ before: stored, after: stored, change }, cut), [])
  })
})
