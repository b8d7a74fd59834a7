import assert from 'node:assert/strict'
import type { KubernetesObject } from '@periplus/api'
import { cutOf } from '@periplus/controller'
import type { Endpoint } from '@periplus/kinds'
import { foreseenSlices } from '../src/ruleset/foreseen-slices.ts'
import { endpoint, pod, slice } from './objects.ts'

const of = (uid: string, ip: string, more: Partial<Endpoint> = {}): Endpoint =>
  endpoint(ip, { targetRef: { kind: 'Pod', uid }, ...more })

const living = (name: string, deleted = false): KubernetesObject => {
  const { metadata, ...rest } = pod(name, '10.244.1.2')
  const deletion = deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}
  return { ...rest, metadata: { ...metadata, uid: name, ...deletion } } as KubernetesObject
}

describe('slices, as their controller is about to write them', () => {
  const stays = of('stays', '10.244.1.2')
  const leaves = of('leaves', '10.244.1.3')
  const cut = cutOf([living('stays'), living('leaves', true)])

  it('have no endpoint whose pod is gone, and terminating ones whose pod is being deleted', () => {
    const byHand = endpoint('10.244.1.9')
    const [seen] = foreseenSlices()(cut, [slice('web', [stays, leaves, of('gone', '10.244.1.4'), byHand])], 'here')
    assert.deepEqual(seen?.endpoints, [
      stays,
      { ...leaves, conditions: { ready: false, serving: true, terminating: true } },
      byHand,
    ])
  })

  it('go by their controller alone where other nodes are not told of', () => {
    const there = of('there', '10.244.2.4', { nodeName: 'there' })
    const gone = of('gone', '10.244.1.4', { nodeName: 'here' })
    const [seen] = foreseenSlices(false)(cut, [slice('web', [there, gone])], 'here')
    assert.deepEqual(seen?.endpoints, [there])
    assert.deepEqual(foreseenSlices()(cut, [slice('web', [there])], 'here')[0]?.endpoints, [])
  })

  it('leave to their controller what it has said of a pod that terminates', () => {
    const said = of('leaves', '10.244.1.3', { conditions: { ready: true, serving: true, terminating: true } })
    const slices = [slice('web', [said])]
    assert.deepEqual(foreseenSlices()(cut, slices, 'here'), slices)
  })

  it('stay the same for as long as nothing of them changes', () => {
    const foresee = foreseenSlices()
    const [still, changing] = [slice('web', [stays]), slice('db', [leaves])]
    const first = foresee(cut, [still, changing], 'here')
    const second = foresee(cut, [still, changing], 'here')
    assert.equal(first[0], still)
    assert.equal(first[1], second[1])
    assert.notEqual(first[1], changing)
  })
})
