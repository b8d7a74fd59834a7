import assert from 'node:assert/strict'
import { Journal } from '@periplus/prelude'
import { keptAnswers } from '../src/decide/kept.ts'
import { infoOf } from '../src/decide/node-info.ts'
import type { NodeInfo } from '../src/decide/node-info.ts'
import { changedBetween, comesFrom, withInstead } from '../src/decide/node-lists.ts'
import { wishOf } from '../src/decide/wish.ts'
import { node, pod } from './objects.ts'

describe('lists of nodes', () => {
  it('are held against each other where they are said to have changed, whichever was first, or thought of otherwise', () => {
    const [a, b, c, d] = ['a', 'b', 'a', 'b'].map(name => infoOf(node(name), [])) as [
      NodeInfo,
      NodeInfo,
      NodeInfo,
      NodeInfo,
    ]
    const changes = new Journal<number>(4)
    const source = {}
    const listOf = (...list: NodeInfo[]): readonly NodeInfo[] => {
      comesFrom(list, source, { places: new Map([...list.entries()].map(([i, { name }]) => [name, i])), changes, at })
      return list
    }
    const between = (before: readonly NodeInfo[], after: readonly NodeInfo[]): readonly number[] => {
      const places: number[] = []
      changedBetween(before, after, (_was, _is, place) => void places.push(place))
      return places
    }
    let at = 0
    const first = listOf(a, b)
    changes.note(1)
    at = changes.length
    const second = listOf(a, d)
    assert.deepEqual([between(first, second), between(second, first), between(first, first)], [[1], [1], []])
    // It was not said of the other place.
    assert.deepEqual(between(first, listOf(c, d)), [1])
    const imagined = withInstead(second, new Map([[a, c]]))
    assert.deepEqual([between(first, imagined), between(imagined, second)], [[0, 1], [0]])
    for (let i = 0; i < 20; i++) changes.note(0)
    at = changes.length
    assert.deepEqual(between(first, listOf(c, d)), [0, 1])
  })
})

describe('answers about nodes', () => {
  const source = {}
  const infos = ['a', 'b', 'c'].map(name => infoOf(node(name), []))
  const listOf = (...nodes: readonly NodeInfo[]): readonly NodeInfo[] => {
    const list = [...nodes]
    comesFrom(list, source)
    return list
  }
  const asking = () => {
    const asked: string[] = []
    const ask = ({ name, labels }: NodeInfo): string => {
      asked.push(name)
      return labels['rack'] ?? 'none'
    }
    return { asked, ask }
  }
  const other = infoOf(node('b', { labels: { rack: '7' } }), [])
  const [a, b, c] = infos as [NodeInfo, NodeInfo, NodeInfo]

  it('are kept by name along lists, but for nodes that have changed, or come', () => {
    const answers = keptAnswers<string>(2)
    const { asked, ask } = asking()
    const told = (nodes: readonly NodeInfo[], name = 'x') => nodes.map(answers(nodes, name, ask))
    assert.deepEqual(told(listOf(a, b, c)), ['none', 'none', 'none'])
    assert.deepEqual(told(listOf(a, other, c)), ['none', '7', 'none'])
    assert.deepEqual(asked.splice(0), ['a', 'b', 'c', 'b'])
    assert.deepEqual(told(listOf(a, other)), ['none', '7'])
    assert.deepEqual(asked.splice(0), ['a', 'b'])
    told(listOf(a, other), 'y')
    told(listOf(a, other), 'x')
    told(listOf(a, other), 'z')
    assert.deepEqual(asked.splice(0), ['a', 'b', 'a', 'b'])
    // What was not asked for the longest is gone.
    told(listOf(a, other), 'x')
    assert.deepEqual(asked.splice(0), [])
    told(listOf(a, other), 'y')
    assert.deepEqual(asked, ['a', 'b'])
  })

  it('are not those of a node that is thought of in another’s place, nor of nodes of nowhere', () => {
    const answers = keptAnswers<string>(2)
    const { asked, ask } = asking()
    const real = listOf(a, b, c)
    const kept = answers(real, 'x', ask)
    assert.deepEqual(real.map(kept), ['none', 'none', 'none'])
    const imagined = withInstead(real, new Map([[b, other]]))
    assert.deepEqual(imagined.map(answers(imagined, 'x', ask)), ['none', '7', 'none'])
    assert.equal(kept(other, 1), '7')
    assert.deepEqual(real.map(kept), ['none', 'none', 'none'])
    assert.deepEqual(asked.splice(0), ['a', 'b', 'c', 'b', 'b'])
    const nowhere = [a, other]
    assert.deepEqual(nowhere.map(answers(nowhere, 'x', ask)), ['none', '7'])
    assert.deepEqual(asked, ['a', 'b'])
  })
})

describe('what a pod asks of a node', () => {
  const patient = (tolerationSeconds: unknown) =>
    pod('patient', {
      spec: { tolerations: [{ operator: 'Exists', effect: 'NoExecute', tolerationSeconds }] } as object,
    })

  it('is known of numbers that JavaScript has no other for, and not the same for two of them', () => {
    const [most, less] = [wishOf(patient(2n ** 63n - 1n)), wishOf(patient(2n ** 63n - 2n))]
    assert.match(most, /9223372036854775807/)
    assert.notEqual(most, less)
  })
})
