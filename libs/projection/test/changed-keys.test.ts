import assert from 'node:assert/strict'
import fc from 'fast-check'
import { memoryEventLog } from '@periplus/log'
import { CutView, mutableCut, podsOnNode } from '../src/index.ts'
import type { IndexMark } from '../src/index.ts'
import { history, pod } from '../src/contract/histories.ts'

const nodes = ['', 'n1', 'n2', 'n3']
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ pod: fc.nat({ max: 9 }), on: fc.constantFrom(...nodes) }) },
  { weight: 1, arbitrary: fc.record({ pod: fc.nat({ max: 9 }), on: fc.constant(undefined) }) },
  { weight: 2, arbitrary: fc.constant('look' as const) },
)

const opened = () => {
  const log = memoryEventLog()
  const past = history(log)
  const cut = mutableCut()
  const write = (how: 'changed' | 'deleted', name: string, nodeName = ''): void => {
    past[how](pod('default', name, nodeName ? { nodeName } : {}))
    cut.apply(log.slice(cut.sequence + 1))
  }
  const put = (name: string, nodeName: string): void => write('changed', name, nodeName)
  const remove = (name: string): void => write('deleted', name)
  return { cut, put, remove }
}

describe('changes of an index', () => {
  it('name every key by which something else is found than at the mark', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), steps => {
        const { cut, put, remove } = opened()
        const there = new Set<string>()
        let mark: IndexMark | undefined
        let lists: ReadonlyMap<string, unknown> = new Map()
        for (const one of [...steps, 'look' as const]) {
          if (one !== 'look') {
            const name = `pod-${one.pod}`
            if (one.on !== undefined) {
              put(name, one.on)
              there.add(name)
            } else if (there.delete(name)) remove(name)
            continue
          }
          const found = new Map(nodes.map(key => [key, cut.by(podsOnNode, key)]))
          const told = cut.changedKeys(podsOnNode, mark)
          assert.ok(told)
          assert.equal(told.keys === undefined, mark === undefined)
          for (const [key, list] of found)
            if (told.keys && !told.keys.has(key)) assert.equal(list, lists.get(key), `by ${key}`)
          mark = told.mark
          lists = found
        }
        assert.deepEqual(cut.changedKeys(podsOnNode, mark)?.keys, new Set())
      }),
    )
  })

  it('are not known by the mark of another cut, nor after very many', () => {
    const { cut, put } = opened()
    const mark = cut.changedKeys(podsOnNode, undefined)?.mark
    put('a', 'n1')
    assert.deepEqual(cut.changedKeys(podsOnNode, mark)?.keys, new Set(['n1']))
    assert.equal(opened().cut.changedKeys(podsOnNode, mark)?.keys, undefined)
    for (let i = 0; i < 10_000; i++) put('a', `n${i % 2}`)
    assert.equal(cut.changedKeys(podsOnNode, mark)?.keys, undefined)
  })

  it('are not told by a view that does not say that it looks the same', () => {
    const { cut } = opened()
    assert.equal(new CutView(cut).changedKeys(podsOnNode, undefined), undefined)
  })
})
