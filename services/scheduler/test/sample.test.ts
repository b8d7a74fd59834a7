import assert from 'node:assert/strict'
import { cutOf, startOfTime } from '@periplus/controller'
import { seededRandom } from '@periplus/prelude'
import { scheduler } from '../src/index.ts'
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
        [...strewn(all, seededRandom(length))].sort((a, b) => a - b),
        all,
      )
    }
    const [...some] = strewn(
      Array.from({ length: 1_000 }, (_, i) => i),
      seededRandom(1),
    )
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
})
