import assert from 'node:assert/strict'
import type { RecordedEvent } from '@periplus/log'
import { absenceText } from '../../src/views/absence.ts'

const ref = { group: '', resource: 'pods', namespace: 'default', name: 'a' }

const event = (sequence: number, type: RecordedEvent['type']): RecordedEvent =>
  ({ sequence, type, time: `2026-01-02T03:04:${sequence}Z`, origin: { actor: 'user:me' } }) as unknown as RecordedEvent

describe('why there is no such object', () => {
  const history = [event(10, 'created'), event(20, 'deleted'), event(30, 'created')]

  it('tells who deleted it, and how to see it', () =>
    assert.equal(
      absenceText(ref, 25, history),
      'pods/a -n default was deleted at 20 (2026-01-02T03:04:20Z) by user:me; --at 19 shows it as it was',
    ))

  it('tells when it came', () =>
    assert.equal(
      absenceText(ref, 5, history),
      'there was no pods/a -n default at 5: it was created at 10 (2026-01-02T03:04:10Z)',
    ))

  it('says that it never was, of a cluster-scoped one without a namespace', () =>
    assert.equal(absenceText({ ...ref, resource: 'nodes', namespace: '' }, 5, []), 'the log knows no nodes/a'))
})
