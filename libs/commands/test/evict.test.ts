import assert from 'node:assert/strict'
import { statusOf } from '@periplus/api'
import type { Pod, PodDisruptionBudget } from '@periplus/kinds'
import { kindOf, object, ok, refOf, refusal, world } from './world.ts'
import type { World } from './world.ts'

const pods = kindOf('', 'pods')
const budgets = kindOf('policy', 'poddisruptionbudgets')
const eviction = (name: string) =>
  object({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'default' } })
const evict = (it: World, name: string) =>
  it.run({ verb: 'update', kind: pods, subresource: 'eviction', object: eviction(name) })

interface Health {
  /** Of the pods. */
  readonly ready: boolean
  readonly currentHealthy: number
  readonly policy: { readonly unhealthyPodEvictionPolicy?: string }
}

const withBudget = async (
  disruptionsAllowed: number,
  { ready = true, currentHealthy = 2, policy = {} }: Partial<Health> = {},
): Promise<World> => {
  const it = world()
  for (const name of ['a', 'b']) {
    const metadata = { name, namespace: 'default', labels: { app: 'web' } }
    ok(
      await it.run({
        verb: 'create',
        kind: pods,
        object: object({ metadata, spec: { containers: [{ name: 'c', image: 'i' }] } }),
      }),
    )
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] }
    ok(await it.run({ verb: 'update', kind: pods, subresource: 'status', object: object({ metadata, status }) }))
  }
  const metadata = { name: 'web', namespace: 'default' }
  const spec = { minAvailable: 1, selector: { matchLabels: { app: 'web' } }, ...policy }
  const made = ok(await it.run({ verb: 'create', kind: budgets, object: object({ metadata, spec }) })).object
  const status = {
    disruptionsAllowed,
    currentHealthy,
    desiredHealthy: 1,
    expectedPods: 2,
    observedGeneration: made.metadata?.generation ?? 1,
  }
  ok(await it.run({ verb: 'update', kind: budgets, subresource: 'status', object: object({ metadata, spec, status }) }))
  it.catchUp()
  return it
}

describe('eviction', () => {
  it('takes a disruption from the budget, and refuses when there is none left', async () => {
    const it = await withBudget(1)
    const evicted = ok(await evict(it, 'a'))
    assert.equal(evicted.deleted, true)
    const target = (evicted.object as Pod).status?.conditions?.find(({ type }) => type === 'DisruptionTarget')
    assert.equal(target?.reason, 'EvictionByEvictionAPI')
    it.catchUp()
    const budget = it.cut.entry(refOf('policy', 'poddisruptionbudgets', 'default', 'web'))?.object()
    assert.equal((budget as PodDisruptionBudget).status?.disruptionsAllowed, 0)
    const status = statusOf(refusal(await evict(it, 'b')))
    assert.equal(status.code, 429)
    assert.equal(status.message, "Cannot evict pod as it would violate the pod's disruption budget.")
    assert.deepEqual(status.details?.causes, [
      { reason: 'DisruptionBudget', message: 'The disruption budget web needs 1 healthy pods and has 2 currently' },
    ])
  })

  it('takes from a budget no more than it has, whoever asks at once', async () => {
    const it = await withBudget(1)
    const results = await Promise.all(['a', 'b'].map(name => evict(it, name)))
    assert.deepEqual(results.map(result => result._tag).sort(), ['Left', 'Right'])
  })

  it('lets a pod go that is not ready where enough others are, or where the budget always allows that', async () => {
    const unready = { ready: false, currentHealthy: 0 }
    const isLet = async (health: Partial<Health>) => (await evict(await withBudget(0, health), 'a'))._tag === 'Right'
    for (const policy of [{}, { unhealthyPodEvictionPolicy: 'IfHealthyBudget' }]) {
      assert.equal(await isLet({ ...unready, policy }), false)
      assert.equal(await isLet({ ...unready, currentHealthy: 1, policy }), true)
    }
    const policy = { unhealthyPodEvictionPolicy: 'AlwaysAllow' }
    assert.equal(await isLet({ ...unready, policy }), true)
    assert.equal(await isLet({ policy }), false)
  })

  it('says what it does not find', async () => {
    assert.equal(refusal(await evict(world(), 'none')).tag, 'NotFound')
  })
})
