import assert from 'node:assert/strict'
import type { KubernetesObject } from '@periplus/api'
import { cutOf, eventOf, kindOf } from '@periplus/controller'
import { podsOnNode } from '@periplus/projection'
import { stateAt } from '../src/read/state-at.ts'

const pod = (name: string, nodeName?: string): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: name },
    spec: { containers: [], ...(nodeName ? { nodeName } : {}) },
  }) as KubernetesObject

describe('the state that decided about rights at an earlier moment', () => {
  it('finds by indexes what stood there then', () => {
    const cut = cutOf([pod('moved', 'a'), pod('stays', 'a'), pod('gone', 'b')])
    const kind = kindOf(pod('any'))
    cut.apply([
      eventOf(4, kind, pod('moved', 'b'), 'spec-changed', 1),
      eventOf(5, kind, pod('gone', 'b'), 'deleted', 3),
      eventOf(6, kind, pod('new', 'a'), 'created', 0),
    ])
    const namesOn = (version: number, node: string): readonly string[] | undefined =>
      stateAt(cut, version)
        ?.by(podsOnNode, node)
        .map(({ metadata }) => metadata.name)
    assert.deepEqual(
      [3, 4, 5, 6].map(version => namesOn(version, 'a')),
      [['moved', 'stays'], ['stays'], ['stays'], ['new', 'stays']],
    )
    assert.deepEqual(
      [3, 4, 5, 6].map(version => namesOn(version, 'b')),
      [['gone'], ['gone', 'moved'], ['moved'], ['moved']],
    )
  })
})
