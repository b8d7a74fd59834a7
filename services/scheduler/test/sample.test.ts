import assert from 'node:assert/strict'
import { cutOf, eventOf, startOfTime } from '@periplus/controller'
import { seededRandom } from '@periplus/prelude'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import { Node, Pod } from '@periplus/kinds'
import { CutView, podsOnNode } from '@periplus/projection'
import type { Cut, Index, IndexMark } from '@periplus/projection'
import { scheduler } from '../src/index.ts'
import { nodeInfos } from '../src/decide/node-infos.ts'
import { place } from '../src/decide/place.ts'
import type { Filter } from '../src/decide/plugin.ts'
import { filters, scores } from '../src/decide/plugins.ts'
import { enoughOf, strewn } from '../src/decide/sample.ts'
import { node, pod } from './objects.ts'

describe('many nodes', () => {
  it('are looked at until as many will do as kube-scheduler looks for', () => {
    assert.deepEqual(
      [1, 99, 100, 101, 200, 1_000, 5_000, 20_000].map(enoughOf),
      [1, 99, 100, 100, 100, 420, 500, 1_000],
    )
  })

  it('are each met once, whatever their number, and those of a few looks are from everywhere', () => {
    for (const length of [1, 2, 3, 7, 100, 144, 1_000, 1_001]) {
      const all = Array.from({ length }, (_, i) => i)
      assert.deepEqual(
        [...strewn(length, seededRandom(length))].sort((a, b) => a - b),
        all,
      )
    }
    const some = [...strewn(1_000, seededRandom(1))]
    assert.deepEqual(new Set(some.slice(0, 30).map(i => Math.floor(i / 100))).size, 10)
  })

  it('are all looked at where only one will do, and told of in name order where none will', () => {
    const nodes = Array.from({ length: 300 }, (_, i) =>
      node(`n${String(i).padStart(3, '0')}`, { cpu: i === 217 ? '4' : '1' }),
    )
    const cut = cutOf([...nodes, pod('p', { requests: { cpu: '3' } }), pod('q', { requests: { cpu: '9' } })])
    const decide = (name: string) =>
      scheduler.decide(cut, { namespace: 'default', name }, { now: startOfTime, random: seededRandom(3) })
    assert.match(decide('p').why, /^n217, the only one of 300 nodes that will do/)
    assert.match(decide('q').why, /^no node will do: n000: Insufficient cpu; n001: /)
  })

  it('are not looked at where the pod names the one that it is for, unless that will not do', () => {
    const named = (name: string, ...nodes: readonly string[]) => {
      const nodeSelectorTerms = nodes.map(one => ({
        matchFields: [{ key: 'metadata.name', operator: 'In', values: [one] }],
      }))
      const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } }
      return pod(name, { requests: { cpu: '2' }, spec: { affinity: { nodeAffinity } } })
    }
    const nodes = Array.from({ length: 300 }, (_, i) => node(`n${String(i).padStart(3, '0')}`))
    const full = pod('full', { on: 'n007', requests: { cpu: '3' } })
    const cut = cutOf([...nodes, full, named('one', 'n217'), named('two', 'n007', 'n218'), named('none', 'n007')])
    const placed = (name: string) => {
      let looks = 0
      const counting: Filter = { name: 'Counting', prepare: () => () => void looks++ }
      const asked = cut.get(Pod, 'default', name)
      assert.ok(asked)
      const question = { cut, pod: asked, nodes: nodeInfos(cut) }
      const placement = place([counting, ...filters], scores, question, seededRandom(3))
      return [placement.tag === 'Placed' ? placement.node.name : placement.tag, looks]
    }
    assert.deepEqual(placed('one'), ['n217', 1])
    assert.deepEqual(placed('two'), ['n218', 2])
    assert.deepEqual(placed('none'), ['Unplaceable', 301])
  })

  it('are asked for their pods only where those have changed, one event after another', () => {
    let asked: string[] = []
    class Counting extends CutView {
      override by<A extends KubernetesObject>(index: Index<A>, key: string): readonly Stored<A>[] {
        if ((index as object) === podsOnNode) asked.push(key)
        return super.by(index, key)
      }
      override changedKeys<A extends KubernetesObject>(index: Index<A>, since: IndexMark | undefined) {
        return this.under.changedKeys(index, since)
      }
    }
    const under = cutOf(Array.from({ length: 50 }, (_, i) => node(`n${i}`)))
    const cut = new Counting(under)
    const podsAfter = (kind: Kind, object: KubernetesObject): readonly string[] => {
      under.apply([eventOf(under.sequence + 1, kind, object, 'spec-changed', 0)])
      asked = []
      nodeInfos(cut)
      return asked
    }
    nodeInfos(cut)
    assert.equal(asked.length, 50)
    assert.deepEqual(podsAfter(Pod as Kind, pod('p', { on: 'n7' })), ['n7'])
    assert.deepEqual([...podsAfter(Pod as Kind, pod('p', { on: 'n8' }))].sort(), ['n7', 'n8'])
    assert.deepEqual(podsAfter(Node as Kind, node('n9', { cpu: '8' })), ['n9'])
    assert.deepEqual(podsAfter(Pod as Kind, pod('q')), [])
  })

  it('are each asked for their pods once in a round, and nobody for a list of all pods', () => {
    let [lists, asked] = [0, 0]
    class Counting extends CutView {
      override list<A extends KubernetesObject>(kind: Kind<A>, namespace?: string): readonly Stored<A>[] {
        if (kind.resource === 'pods') lists++
        return super.list(kind, namespace)
      }
      override by<A extends KubernetesObject>(index: Index<A>, key: string): readonly Stored<A>[] {
        if ((index as object) === podsOnNode) asked++
        return super.by(index, key)
      }
    }
    const names = Array.from({ length: 20 }, (_, i) => `p${i}`)
    const nodes = Array.from({ length: 50 }, (_, i) => node(`n${i}`))
    let cut: Cut | undefined = new Counting(cutOf([...nodes, ...names.map(name => pod(name))]))
    for (const name of names) {
      assert.ok(cut)
      const { commands } = scheduler.decide(
        cut,
        { namespace: 'default', name },
        { now: startOfTime, random: seededRandom(1) },
      )
      cut = scheduler.assume?.(cut, commands)
    }
    assert.equal(lists, 0)
    // Each node once, and those that pods are assumed on from then on, as far as they are not assumed themselves.
    assert.ok(asked >= 50 && asked <= 50 + 2 * names.length, `${asked}`)
  })
})
