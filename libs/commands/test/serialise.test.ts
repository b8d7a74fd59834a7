import assert from 'node:assert/strict'
import { deserialiseCommand, serialiseCommand } from '../src/index.ts'
import type { Command } from '../src/index.ts'
import { kindOf, kinds, object, refOf } from './world.ts'

const pods = kindOf('', 'pods')

describe('commands in decision records', () => {
  it('have one text, whatever the order of their keys', () => {
    const one = object({ spec: { nodeName: 'a', containers: [] }, metadata: { namespace: 'n', name: 'p' } })
    const two = object({ metadata: { name: 'p', namespace: 'n' }, spec: { containers: [], nodeName: 'a' } })
    const text = (given: typeof one): string =>
      JSON.stringify(serialiseCommand({ verb: 'create', kind: pods, object: given }))
    assert.equal(text(one), text(two))
    assert.equal(
      text(one),
      '{"verb":"create","kind":{"group":"","version":"v1","resource":"pods"},"object":{"metadata":{"name":"p","namespace":"n"},"spec":{"containers":[],"nodeName":"a"}}}',
    )
  })

  it('come back as they were', () => {
    const commands: readonly Command[] = [
      { verb: 'update', kind: pods, object: object({ metadata: { name: 'p' } }), subresource: 'status' },
      { verb: 'patch', kind: pods, ref: refOf('', 'pods', 'n', 'p'), patch: { type: 'merge', body: { a: [1, null] } } },
      { verb: 'delete', kind: pods, ref: refOf('', 'pods', 'n', 'p'), options: { gracePeriodSeconds: 0 } },
    ]
    for (const command of commands) {
      const text = JSON.stringify(serialiseCommand(command))
      assert.deepEqual(deserialiseCommand(JSON.parse(text) as ReturnType<typeof serialiseCommand>, kinds), command)
    }
    const unknown = { verb: 'create', kind: { group: 'x', version: 'v1', resource: 'ys' } } as const
    assert.equal(deserialiseCommand(unknown, kinds), undefined)
  })
})
