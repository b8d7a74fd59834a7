import assert from 'node:assert/strict'
import fc from 'fast-check'
import { memoryEventLog } from '@periplus/log'
import { byOwner, mutableCut, podsOnNode, unmanagedIn } from '../src/index.ts'
import type { Cut, Entry } from '../src/index.ts'
import { findsByIndexes } from '../src/contract.ts'
import { history, pod, podKind } from '../src/contract/histories.ts'

/** What the lists should show, by `<namespace>/<name>`. */
interface Expected {
  readonly sequence: number
  readonly owner: string | undefined
  readonly managed: boolean
  readonly nodeName: string
  readonly labels: Readonly<Record<string, string>>
}

const owners = ['o1', 'o2']
const nodes = ['n1', 'n2']
const namespaces = ['a', 'b']
const labels: readonly Readonly<Record<string, string>>[] = [{}, { app: 'x' }, { app: 'y' }, { app: 'x', tier: 't' }]

type Shown = readonly (Entry | ReturnType<Cut['list']>[number])[]

const shown = (list: Shown): readonly string[] =>
  list.map(one => {
    const { metadata } = 'ref' in one ? one.object() : one
    return `${metadata.namespace}/${metadata.name}@${metadata.resourceVersion}`
  })

/** Every list of the cut with what the model says that it should be. */
const lists = (cut: Cut, model: ReadonlyMap<string, Expected>) => {
  const those = (is: (one: Expected, at: string) => boolean): readonly string[] =>
    [...model]
      .filter(([at, one]) => is(one, at))
      .map(([at, { sequence }]) => `${at}@${sequence}`)
      .sort()
  return [
    { name: 'all', list: cut.list(podKind), expected: those(() => true) },
    ...namespaces.flatMap(namespace => [
      {
        name: `in ${namespace}`,
        list: cut.list(podKind, namespace),
        expected: those((_, at) => at.startsWith(`${namespace}/`)),
      },
      {
        name: `unmanaged in ${namespace}`,
        list: cut.entriesBy(unmanagedIn(podKind), namespace),
        expected: those(({ managed }, at) => at.startsWith(`${namespace}/`) && !managed),
      },
    ]),
    ...namespaces.map(namespace => ({
      name: `labelled in ${namespace}`,
      list: cut.labelled(podKind, namespace, { app: 'x' }),
      expected: those((one, at) => at.startsWith(`${namespace}/`) && one.labels['app'] === 'x'),
    })),
    ...owners.map(uid => ({
      name: `of ${uid}`,
      list: cut.by(byOwner(podKind), uid),
      expected: those(({ owner }) => owner === uid),
    })),
    ...nodes.map(node => ({
      name: `on ${node}`,
      list: cut.by(podsOnNode, node),
      expected: those(({ nodeName }) => nodeName === node),
    })),
  ]
}

const names = Array.from({ length: 40 }, (_, i) => `pod-${String(i).padStart(2, '0')}`)

const step = fc.record({
  name: fc.constantFrom(...names),
  namespace: fc.constantFrom(...namespaces),
  owner: fc.constantFrom(undefined, ...owners),
  managed: fc.boolean(),
  nodeName: fc.constantFrom('', ...nodes),
  labels: fc.constantFrom(...labels),
  what: fc.constantFrom('put', 'put', 'put', 'same', 'same', 'delete', 'look'),
})

describe('the lists of a cut', () => {
  it('show exactly what is there, whenever they are asked for, and stay as they were for those who hold them', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 30, maxLength: 200 }), steps => {
        const log = memoryEventLog()
        const write = history(log)
        const cut = mutableCut()
        const model = new Map<string, Expected>()
        const held: { readonly list: Shown; readonly expected: readonly string[] }[] = []
        for (const { what, namespace, name, owner, managed, nodeName, labels } of steps) {
          const at = `${namespace}/${name}`
          const before = model.get(at)
          if (what === 'look') {
            cut.apply(log.slice(cut.sequence + 1))
            const again = lists(cut, model)
            for (const [i, { name: which, list, expected }] of lists(cut, model).entries()) {
              assert.deepEqual(shown(list), expected, which)
              assert.equal(again[i]?.list, list, `${which}: the same array while nothing changes`)
              held.push({ list, expected })
            }
            for (const namespace of namespaces)
              assert.deepEqual(
                shown(cut.labelled(podKind, namespace, { app: 'x', tier: 't' })),
                [...model]
                  .filter(([place, one]) => place.startsWith(`${namespace}/`) && one.labels['tier'] === 't')
                  .map(([place, { sequence }]) => `${place}@${sequence}`)
                  .sort(),
              )
            for (const [place, { sequence }] of model)
              assert.equal(cut.byUid(`uid-${place.replace('/', '-')}`)?.sequence, sequence)
          } else if (what === 'delete') {
            if (model.delete(at)) write.deleted(pod(namespace, name))
          } else {
            // Most writes of an object leave alone whose it is and where it is.
            const wish =
              what === 'same' && before ? before : { owner, managed: managed && owner !== undefined, nodeName, labels }
            const object = pod(namespace, name, wish)
            model.set(at, { ...wish, sequence: before ? write.changed(object) : write.created(object) })
          }
        }
        cut.apply(log.slice(cut.sequence + 1))
        findsByIndexes(cut)
        for (const { list, expected } of held) assert.deepEqual(shown(list), expected, 'held')
      }),
    )
  })

  it('show labels without what is around them, before and after the object was looked at', () => {
    const log = memoryEventLog()
    const labels = { app: 'a "quoted" one', tier: 'front' }
    const write = history(log)
    write.created(pod('a', 'labelled', { labels }))
    write.created(pod('a', 'plain'))
    const cut = mutableCut()
    cut.apply(log.slice(1))
    const entries = cut.entriesBy(unmanagedIn(podKind), 'a')
    const read = (): readonly unknown[] => entries.map(entry => entry.labels())
    assert.deepEqual(read(), [labels, undefined])
    entries.forEach(entry => entry.object())
    assert.deepEqual(read(), [labels, undefined])
  })

  it('forget what came and went unseen', () => {
    const log = memoryEventLog()
    const write = history(log)
    const cut = mutableCut()
    for (let i = 0; i < 1_000; i++) {
      write.created(pod('a', `pod-${i}`))
      if (i % 10 > 0) write.deleted(pod('a', `pod-${i}`))
    }
    cut.apply(log.slice(1))
    assert.equal(cut.list(podKind).length, 100)
  })
})
