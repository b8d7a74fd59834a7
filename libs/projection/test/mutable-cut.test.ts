import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Kind, KubernetesObject } from '@periplus/api'
import { memoryEventLog } from '@periplus/log'
import type { Change } from '../src/index.ts'
import { byOwner, dependentsOf, mutableCut, podsOnNode } from '../src/index.ts'
import { history, pod, podKind } from '../src/contract/histories.ts'

describe('mutableCut', () => {
  it('splices the sequence in as the resourceVersion', () => {
    const cut = mutableCut()
    const log = memoryEventLog()
    history(log).created(pod('default', 'web'))
    cut.apply(log.slice(1))
    const entry = cut.entry({ group: '', resource: 'pods', namespace: 'default', name: 'web' })
    assert.ok(entry)
    assert.equal(
      Buffer.from(entry.bytes).toString(),
      '{"apiVersion":"v1","kind":"Pod","metadata":{"resourceVersion":"1","name":"web","namespace":"default","uid":"uid-default-web"},"spec":{}}',
    )
    assert.equal(entry.object().metadata.resourceVersion, '1')
  })

  it('tells every listener, whatever another one throws', () => {
    const thrown: unknown[] = []
    const log = memoryEventLog()
    history(log).created(pod('default', 'web'))
    for (const cut of [mutableCut({ onListenerThrow: error => thrown.push(error) }), mutableCut()]) {
      let heard = 0
      cut.subscribe(() => {
        throw new Error('planted')
      })
      cut.subscribe(() => heard++)
      try {
        cut.apply(log.slice(1))
      } catch (error) {
        thrown.push(error)
      }
      assert.equal(heard, 1)
      assert.equal(cut.sequence, 1)
    }
    assert.equal(thrown.length, 2)
  })

  it('lists in namespace and name order, and keeps a list that was handed out', () => {
    const log = memoryEventLog()
    const write = history(log)
    for (const [namespace, name] of [
      ['b', 'z'],
      ['a', 'y'],
      ['b', 'a'],
      ['a', 'x'],
    ] as const)
      write.created(pod(namespace, name))
    const cut = mutableCut()
    cut.apply(log.slice(1))
    const names = (namespace?: string): string[] =>
      cut.list(podKind, namespace).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
    assert.deepEqual(names(), ['a/x', 'a/y', 'b/a', 'b/z'])
    assert.deepEqual(names('b'), ['b/a', 'b/z'])
    const before = cut.entries('', 'pods')
    write.deleted(pod('a', 'y'))
    write.created(pod('a', 'aa'))
    cut.apply(log.slice(5))
    assert.deepEqual(names(), ['a/aa', 'a/x', 'b/a', 'b/z'])
    assert.equal(before.length, 4)
  })

  it('indexes owners, nodes and uids, and forgets what is no longer so', () => {
    const log = memoryEventLog()
    const write = history(log)
    write.created(pod('default', 'web-1', { owner: 'rs-1' }))
    write.created(pod('default', 'web-2', { owner: 'rs-1' }))
    write.changed(pod('default', 'web-1', { owner: 'rs-1', nodeName: 'n1' }))
    write.changed(pod('default', 'web-2'))
    const cut = mutableCut()
    cut.apply(log.slice(1))
    assert.deepEqual(
      cut.by(byOwner(podKind), 'rs-1').map(({ metadata }) => metadata.name),
      ['web-1'],
    )
    assert.deepEqual(
      cut.entriesBy(dependentsOf, 'rs-1').map(({ ref }) => ref.name),
      ['web-1'],
    )
    assert.deepEqual(
      cut.by(podsOnNode, 'n1').map(({ metadata }) => metadata.name),
      ['web-1'],
    )
    assert.equal(cut.byUid('uid-default-web-2')?.ref.name, 'web-2')
    write.deleted(pod('default', 'web-1', { owner: 'rs-1', nodeName: 'n1' }))
    cut.apply(log.slice(5))
    assert.deepEqual(
      [cut.entriesBy(dependentsOf, 'rs-1'), cut.by(podsOnNode, 'n1'), cut.byUid('uid-default-web-1')],
      [[], [], undefined],
    )
  })

  it('is not misled by what looks like a reference', () => {
    const log = memoryEventLog()
    const trap = { '"ownerReferences":[': '{"metadata":{"ownerReferences":[{"uid":"x"}]},"spec":{"nodeName":"n9"}}' }
    history(log).created({
      ...pod('default', 'web'),
      metadata: { annotations: trap, ...pod('default', 'web').metadata },
      spec: { template: { metadata: { ownerReferences: [{ uid: 'x' }] }, spec: { nodeName: 'n9' } } },
    } as KubernetesObject)
    const cut = mutableCut()
    cut.apply(log.slice(1))
    assert.deepEqual([cut.entriesBy(dependentsOf, 'x'), cut.by(podsOnNode, 'n9')], [[], []])
  })

  it('keeps the last sequence of what is gone, and starts over when it is made again', () => {
    const log = memoryEventLog()
    const write = history(log)
    const cut = mutableCut()
    const ref = { group: '', resource: 'pods', namespace: 'default', name: 'web' }
    assert.equal(cut.lastSequence(ref), 0)
    write.created(pod('default', 'web'))
    write.deleted(pod('default', 'web'))
    cut.apply(log.slice(1))
    assert.equal(cut.lastSequence(ref), 2)
    assert.deepEqual(cut.resources(), [])
    write.created(pod('default', 'web'))
    cut.apply(log.slice(3))
    assert.equal(cut.lastSequence(ref), 3)
    assert.deepEqual(cut.resources(), [{ group: '', resource: 'pods' }])
  })

  it('keeps that of the last thousand that are gone, of each namespace', () => {
    const log = memoryEventLog()
    const write = history(log)
    const cut = mutableCut()
    const lastOf = (name: string) => cut.lastSequence({ group: '', resource: 'pods', namespace: 'default', name })
    for (let at = 0; at < 1_200; at++) {
      write.created(pod('default', `job-${at}`))
      write.deleted(pod('default', `job-${at}`))
    }
    cut.apply(log.slice(1))
    const known = Array.from({ length: 1_200 }, (_, at) => lastOf(`job-${at}`)).filter(sequence => sequence > 0)
    assert.equal(known.length, 1_000)
    assert.equal(lastOf('job-1199'), 2_400)
    assert.equal(lastOf('job-0'), 0)
  })

  it('forgets namespaces that have nothing any more, but for the last thousand', () => {
    const log = memoryEventLog()
    const write = history(log)
    const cut = mutableCut()
    const lastIn = (namespace: string) => cut.lastSequence({ group: '', resource: 'pods', namespace, name: 'web' })
    for (let at = 0; at < 1_200; at++) {
      write.created(pod(`ns-${at}`, 'web'))
      write.deleted(pod(`ns-${at}`, 'web'))
      // One that is filled again is none of them.
      if (at === 10) write.created(pod('ns-0', 'web'))
    }
    cut.apply(log.slice(1))
    const known = Array.from({ length: 1_200 }, (_, at) => lastIn(`ns-${at}`)).filter(sequence => sequence > 0)
    assert.equal(known.length, 1_001)
    assert.equal(lastIn('ns-1199'), 2_401)
    assert.deepEqual([lastIn('ns-0') > 0, lastIn('ns-1'), cut.list(podKind).length], [true, 0, 1])
  })

  it('indexes as many labels as are asked for at once, and not all that ever were', () => {
    const log = memoryEventLog()
    const write = history(log)
    const cut = mutableCut()
    const labels = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`l${at}`, 'x']))
    write.created(pod('default', 'web', { labels }))
    cut.apply(log.slice(1))
    let looked = 0
    const entry = cut.entry({ group: '', resource: 'pods', namespace: 'default', name: 'web' })
    Object.assign(entry ?? {}, { labels: () => (looked++, labels) })
    const found = (key: string): number => cut.labelled(podKind, 'default', { [key]: 'x' }).length
    assert.deepEqual([found('l0'), found('l0'), looked], [1, 1, 1])
    for (let at = 1; at < 300; at++) assert.equal(found(`l${at}`), 1)
    // What was asked for last is there, what was asked for first is made anew.
    assert.deepEqual([looked, found('l299'), looked, found('l0'), looked], [300, 1, 300, 1, 301])
  })

  it('tells what changed, once for every event', () => {
    const log = memoryEventLog()
    const write = history(log)
    write.created(pod('default', 'web'))
    write.changed(pod('default', 'web', { nodeName: 'n1' }))
    write.deleted(pod('default', 'web'))
    const cut = mutableCut()
    const seen: Change[] = []
    const stop = cut.subscribe(changes => seen.push(...changes))
    cut.apply(log.slice(1, 2))
    cut.apply(log.slice(1))
    stop()
    write.created(pod('default', 'other'))
    cut.apply(log.slice(1))
    const told = seen.map(({ event, before, after }) => [event.sequence, before?.sequence, after?.sequence])
    assert.deepEqual(told, [
      [1, undefined, 1],
      [2, 1, 2],
      [3, 2, undefined],
    ])
  })

  it('lets readers wait for a sequence', async () => {
    const log = memoryEventLog()
    history(log).created(pod('default', 'web'))
    const cut = mutableCut()
    const reached = cut.reached(1)
    const gone = new AbortController()
    const never = cut.reached(2, gone.signal)
    cut.apply(log.slice(1))
    await reached
    gone.abort(new Error('left'))
    await assert.rejects(never, /left/)
  })

  it('remembers the newest changes up to its limits', () => {
    const log = memoryEventLog()
    const write = history(log)
    for (let i = 0; i < 1000; i++) write.created(pod('default', `p${i}`))
    const cut = mutableCut({ recentLimit: 10 })
    assert.deepEqual(cut.recent(0), [])
    for (const event of log.slice(1)) cut.apply([event])
    assert.equal(cut.recent(989), undefined)
    assert.deepEqual(
      cut.recent(995)?.map(({ event }) => event.sequence),
      [996, 997, 998, 999, 1000],
    )
    assert.equal(cut.recent(990)?.length, 10)
    const small = mutableCut({ recentBytes: 1 })
    small.apply(log.slice(1))
    assert.equal(small.recent(999), undefined)
    assert.deepEqual(small.recent(1000), [])
  })

  it('shows a kind that is not stored in its own version', () => {
    const log = memoryEventLog()
    history(log).created(pod('default', 'web'))
    const cut = mutableCut()
    cut.apply(log.slice(1))
    const beta: Kind = { ...podKind, version: 'v1beta1', stored: false }
    assert.equal(cut.get(beta, 'default', 'web')?.apiVersion, 'v1beta1')
  })

  it('is the same after any batching as a naive fold', () => {
    const step = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      namespace: fc.constantFrom('n1', 'n2'),
      owner: fc.constantFrom(undefined, 'o1', 'o2'),
      gone: fc.boolean(),
      cutHere: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), steps => {
        const log = memoryEventLog()
        const write = history(log)
        const model = new Map<string, string | undefined>()
        const cut = mutableCut()
        for (const { namespace, name, owner, gone, cutHere } of steps) {
          const key = `${namespace}/${name}`
          const object = pod(namespace, name, { owner })
          if (!gone) {
            if (model.has(key)) write.changed(object)
            else write.created(object)
            model.set(key, owner)
          } else if (model.delete(key)) write.deleted(object)
          if (!cutHere) continue
          cut.apply(log.slice(cut.sequence + 1))
          const listed = cut.list(podKind).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
          assert.deepEqual(listed, [...model.keys()].sort())
          for (const uid of ['o1', 'o2']) {
            const owned = [...model].filter(([, of]) => of === uid).map(([at]) => at)
            assert.deepEqual(
              cut.entriesBy(dependentsOf, uid).map(({ ref }) => `${ref.namespace}/${ref.name}`),
              owned.sort(),
            )
          }
        }
      }),
    )
  })
})
