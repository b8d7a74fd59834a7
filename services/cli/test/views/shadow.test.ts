import assert from 'node:assert/strict'
import type { ShadowProgress } from '@periplus/cluster/roles'
import type { ShadowDifference } from '@periplus/replay'
import { shadowText } from '../../src/views/shadow.ts'

const progress: ShadowProgress = {
  ...{ roles: ['controllers'], since: '2026-01-02T03:04:05Z', from: 10, upTo: 99, notKept: 0 },
  counts: { same: 5, reworded: 1, different: 2, alone: 1, late: 0, missingPredecessor: 0, unknown: { old: 3 } },
}
const at = (cut: number) => ({ controller: 'replicaset', key: { namespace: 'default', name: 'web' }, cut, now: 0 })
const pod = (name: string, image: string) => ({
  ...{ verb: 'create', kind: { group: '', version: 'v1', resource: 'pods' } },
  object: { metadata: { name, namespace: 'default' }, spec: { image } },
})
const node = {
  verb: 'delete',
  kind: { group: 'x.io', version: 'v1', resource: 'things' },
  ref: { namespace: '', name: 'n' },
}

describe('what a shadow would do otherwise', () => {
  it('is told by controller and key: who alone would send what, and what is not alike', () => {
    const found: readonly ShadowDifference[] = [
      {
        ...at(11),
        live: { id: 'i', commands: [pod('a', 'old'), pod('b', 'old')], why: '' },
        shadow: { commands: [pod('a', 'new'), node], requeueAfter: 5, why: '' },
      },
      { ...at(12), controller: 'job', shadow: { commands: [node], why: '' } },
      { ...at(13), live: { id: 'i', commands: [node], why: '' } },
    ]
    assert.deepEqual(shadowText(progress, found).split('\n'), [
      'replicaset default/web',
      '  at 11',
      '    ~ create pods default/a',
      '        ~ object.spec.image: "old" -> "new"',
      '    - create pods default/b',
      '    + delete things.x.io n',
      '    + requeueAfter: 5',
      '  at 13',
      '    the shadow would not look at it',
      '    - delete things.x.io n',
      'job default/web',
      '  at 12',
      '    the live one has not looked at it',
      '    + delete things.x.io n',
      'controllers since 2026-01-02T03:04:05Z, from 10 to 99: 8 decisions, of which 2 differ and 1 only in their words; 1 of the shadow alone',
      '3 are of old, which is not built in',
    ])
  })
})
