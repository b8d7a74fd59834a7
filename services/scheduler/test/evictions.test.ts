import assert from 'node:assert/strict'
import type { KubernetesObject } from '@periplus/api'
import { completed, cutOf, eventOf } from '@periplus/controller'
import { Pod, PodDisruptionBudget } from '@periplus/kinds'
import type { MutableCut } from '@periplus/projection'
import { evictionsBy } from '../src/decide/eviction.ts'
import type { Eviction } from '../src/decide/eviction.ts'
import { nodeInfos } from '../src/decide/node-infos.ts'
import type { Filter, Objection } from '../src/decide/plugin.ts'
import { filters } from '../src/decide/plugins.ts'
import { node, pod } from './objects.ts'

const labels = { app: 'web' }
const idle = (on: string) => pod(`idle-${on}`, { on, labels, requests: { cpu: '3' } })
const urgent = (name: string, priority = 10) => pod(name, { requests: { cpu: '2' }, spec: { priority } })

const budget = (disruptionsAllowed: number) =>
  completed(PodDisruptionBudget, {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'keep', namespace: 'default' },
    spec: { selector: { matchLabels: labels } },
    status: { disruptionsAllowed, expectedPods: 3, currentHealthy: 3, desiredHealthy: 3 },
  } as PodDisruptionBudget)

/** Whom the pod would make leave each node, and how many looks at nodes it took to find out. */
const soughtFor = (cut: MutableCut, name: string) => {
  let looks = 0
  const counting: Filter = { name: 'Counting', alone: true, prepare: () => () => void looks++ }
  const asked = cut.get(Pod, 'default', name)
  assert.ok(asked)
  const nodes = nodeInfos(cut)
  const on = nodes.map(evictionsBy([counting, ...filters], { cut, pod: asked, nodes }))
  return { found: on.map(told), looks }
}

const told = (found: Eviction | Objection): string =>
  'reasons' in found
    ? found.reasons.join()
    : `${found.victims.map(({ metadata }) => metadata.name).join()} against ${found.violations}`

describe('whom a pod would make leave', () => {
  const given = (...more: readonly KubernetesObject[]) =>
    cutOf([...['a', 'b', 'c'].flatMap(name => [node(name), idle(name)]), urgent('one'), urgent('two'), ...more])

  it('is sought once for all pods that ask for the same, and again on nodes that have changed', () => {
    const cut = given()
    const first = soughtFor(cut, 'one')
    assert.deepEqual(first.found, ['idle-a against 0', 'idle-b against 0', 'idle-c against 0'])
    assert.equal(first.looks, 6)
    assert.deepEqual(soughtFor(cut, 'two'), { found: first.found, looks: 0 })
    cut.apply([eventOf(cut.sequence + 1, Pod, idle('b'), 'deleted', 0)])
    const { found, looks } = soughtFor(cut, 'two')
    assert.deepEqual(found, ['idle-a against 0', 'No preemption victims found for incoming pod', 'idle-c against 0'])
    assert.equal(looks, 0)
  })

  it('is sought anew for one that matters more, or asks for something else', () => {
    const cut = given(urgent('more', 20), pod('larger', { requests: { cpu: '5' }, spec: { priority: 10 } }))
    assert.equal(soughtFor(cut, 'one').looks, 6)
    assert.equal(soughtFor(cut, 'more').looks, 6)
    assert.deepEqual(soughtFor(cut, 'larger').found, Array(3).fill('Insufficient cpu'))
  })

  it('is sought anew when budgets have changed', () => {
    const cut = given(budget(0))
    assert.deepEqual(soughtFor(cut, 'one').found[0], 'idle-a against 1')
    cut.apply([eventOf(cut.sequence + 1, PodDisruptionBudget, budget(1), 'status-changed', 0)])
    assert.deepEqual(soughtFor(cut, 'two').found[0], 'idle-a against 0')
  })

  it('is sought anew where room is promised to another pod by now', () => {
    const cut = given()
    assert.equal(soughtFor(cut, 'one').found[0], 'idle-a against 0')
    const promised = { ...urgent('other'), status: { phase: 'Pending', nominatedNodeName: 'a' } } as Pod
    const large = { ...promised, spec: pod('other', { requests: { cpu: '3' }, spec: { priority: 10 } }).spec } as Pod
    cut.apply([eventOf(cut.sequence + 1, Pod, completed(Pod, large), 'created', 0)])
    assert.equal(soughtFor(cut, 'one').found[0], 'Insufficient cpu')
  })
})
