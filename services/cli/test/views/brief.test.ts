import assert from 'node:assert/strict'
import { Deployment, Pod } from '@periplus/kinds'
import type { RecordedEvent } from '@periplus/log'
import { briefChange } from '../../src/views/brief.ts'

const event = (type: RecordedEvent['type'], object: object): RecordedEvent =>
  ({ type, time: '2026-01-02T03:04:05Z', body: Buffer.from(JSON.stringify(object)) }) as unknown as RecordedEvent

describe('what an event changed, in brief', () => {
  it('is what kubectl get would show differently', () => {
    const pod = (state: object) => ({
      metadata: { name: 'a' },
      spec: { containers: [{ name: 'c' }] },
      status: { phase: 'Running', containerStatuses: [{ name: 'c', ready: false, restartCount: 1, state }] },
    })
    const crashed = pod({ waiting: { reason: 'CrashLoopBackOff' } })
    assert.equal(
      briefChange(Pod, event('created', pod({ running: {} })), event('status-changed', crashed)),
      'STATUS Running -> CrashLoopBackOff',
    )
  })

  it('is what somebody wrote', () => {
    const deployment = (replicas: number, generation: number, more: object = {}) => ({
      metadata: { name: 'a', generation },
      spec: { replicas, ...more },
    })
    assert.equal(
      briefChange(Deployment, event('created', deployment(2, 1)), event('spec-changed', deployment(5, 2))),
      '~ spec.replicas: 2 -> 5',
    )
    assert.equal(
      briefChange(
        Deployment,
        event('created', deployment(2, 1)),
        event('spec-changed', deployment(5, 2, { a: 1, b: 2, c: 3 })),
      ),
      '~ spec.replicas: 2 -> 5, + spec.a: 1, and 2 more',
    )
  })

  it('leaves out who manages which fields, as kubectl does', () => {
    const by = (manager: string, replicas: number) => ({
      metadata: { name: 'a', managedFields: [{ manager, operation: 'Update', time: '2026-01-02T03:04:05Z' }] },
      spec: { replicas },
    })
    const [before, after] = [event('created', by('kubectl', 2)), event('spec-changed', by('bob', 5))]
    assert.equal(briefChange(Deployment, before, after), '~ spec.replicas: 2 -> 5')
  })

  it('is nothing for a beginning and an end', () => {
    assert.equal(briefChange(Pod, undefined, event('created', {})), '')
    assert.equal(briefChange(Pod, event('created', {}), event('deleted', {})), '')
  })

  it('is nothing but times where somebody only said that he lives', () => {
    const node = (lastHeartbeatTime: string) => ({
      metadata: { name: 'a' },
      status: { conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime }] },
    })
    const [before, after] = ['2026-01-02T03:04:05Z', '2026-01-02T03:09:05Z'].map(node)
    assert.equal(
      briefChange(undefined, event('created', before ?? {}), event('status-changed', after ?? {})),
      'nothing but times',
    )
  })
})
