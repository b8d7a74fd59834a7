import assert from 'node:assert/strict'
import { conform } from '@periplus/api'
import { Node } from '@periplus/kinds'

const node = (status: object): Node => conform(Node.schema, { metadata: { name: 'n' }, status }).value as Node

const wrongWith = (status: object): readonly string[] =>
  (Node.validate?.(node(status)) ?? []).map(({ field, message }) => `${field}: ${message}`)

describe('a node that is registered with its status', () => {
  it('has amounts that a later write of its status may have', () => {
    assert.deepEqual(wrongWith({ capacity: { pods: '110', cpu: '100m' } }), [])
    assert.deepEqual(wrongWith({ allocatable: { pods: '100m', memory: '-1' } }), [
      'status.allocatable.pods: Invalid value: "100m": must be an integer',
      'status.allocatable.memory: Invalid value: "-1": must be greater than or equal to 0',
    ])
  })

  it('has swap or says nothing of it', () => {
    assert.deepEqual(wrongWith({ nodeInfo: { swap: { capacity: 1 } } }), [])
    assert.deepEqual(wrongWith({ nodeInfo: { swap: { capacity: 0 } } }), [
      'metadata.nodeSwapStatus.capacity: Invalid value: 0: must be greater than zero',
    ])
  })

  it('cannot say of itself what would keep others from changing it', () => {
    const said = node({ nodeInfo: { swap: { capacity: 0 } } })
    assert.deepEqual(
      Node.validateStatusUpdate?.(said, node({})).map(({ field }) => field),
      ['metadata.nodeSwapStatus.capacity'],
    )
  })

  it('declares no features, which is off in Kubernetes 1.35', () => {
    const made = Node.prepareForCreate?.(node({ declaredFeatures: ['x'], phase: 'Running' }))
    assert.deepEqual(made?.status, { phase: 'Running' })
  })
})
