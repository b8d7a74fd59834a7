import assert from 'node:assert/strict'
import { PersistentVolume } from '../src/index.ts'

const volume = (spec: object): PersistentVolume =>
  ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'v' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '1Gi' },
      hostPath: { path: '/d', type: '' },
      volumeMode: 'Filesystem',
      ...spec,
    },
  }) as PersistentVolume

const on = (name: string) => ({
  required: {
    nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [name] }] }],
  },
})

describe('a change of a PersistentVolume', () => {
  const fields = (next: object, before: object = {}): readonly string[] =>
    (PersistentVolume.validateUpdate?.(volume(next), volume(before)) ?? []).map(({ field }) => field)

  it('may be of its claim, its size, its policy and its class', () =>
    assert.deepEqual(
      fields({
        claimRef: { name: 'c', namespace: 'default' },
        capacity: { storage: '2Gi' },
        persistentVolumeReclaimPolicy: 'Delete',
        storageClassName: 'gold',
      }),
      [],
    ))
  it('leaves where and what it is', () => {
    assert.deepEqual(fields({ hostPath: { path: '/e', type: '' } }), ['spec.persistentvolumesource'])
    assert.deepEqual(fields({ hostPath: undefined, local: { path: '/d' } }), ['spec.persistentvolumesource'])
    assert.deepEqual(fields({ volumeMode: 'Block' }), ['volumeMode'])
  })
  it('gives it a node affinity once', () => {
    assert.deepEqual(fields({ nodeAffinity: on('a') }), [])
    assert.deepEqual(fields({ nodeAffinity: on('b') }, { nodeAffinity: on('a') }), ['nodeAffinity'])
  })
})
