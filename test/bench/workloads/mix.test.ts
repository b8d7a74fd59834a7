import assert from 'node:assert/strict'
import { mixOf } from './mix.ts'

describe('the workloads of the bench', () => {
  it('have pods of every kind, about as many as asked for', () => {
    const shares = mixOf(1_000, 101)
    assert.deepEqual(
      shares.map(({ kind, pods }) => [kind, pods > 0]),
      ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'].map(kind => [kind, true]),
    )
    assert.equal(
      shares.reduce((sum, { pods }) => sum + pods, 0),
      1_000,
    )
  })

  it('are refused where DaemonSets are more than all that is asked for: the others would have none, and be waited for', () => {
    assert.throws(() => mixOf(2_000, 1_001), /2000 pods on 1001 nodes: .* PODS must be 2007 or more/)
    assert.doesNotThrow(() => mixOf(2_007, 1_001))
    assert.ok(mixOf(2_007, 1_001).every(({ pods }) => pods > 0))
  })
})
