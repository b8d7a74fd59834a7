import assert from 'node:assert/strict'
import { ConfigMap, Event, Pod } from '@periplus/kinds'
import type { Kind } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { carryOut } from '../src/run/carry-out.ts'
import type { CommandOutcome } from '../src/index.ts'

const create = (kind: Kind, name: string): Command => ({ verb: 'create', kind, object: { metadata: { name } } })
const remove = (kind: Kind, name: string): Command => ({
  verb: 'delete',
  kind,
  ref: { group: kind.group, resource: kind.resource, namespace: '', name },
  options: {},
})

const patchStatus = (kind: Kind, name: string): Command => ({
  verb: 'patch',
  kind,
  ref: { group: kind.group, resource: kind.resource, namespace: '', name },
  subresource: 'status',
  patch: { type: 'merge', body: { status: {} } },
})

/** Commands that end when the test says so. */
const underWay = () => {
  const running = new Map<number, (outcome: CommandOutcome) => void>()
  return {
    execute: (_command: Command, index: number) => new Promise<CommandOutcome>(resolve => running.set(index, resolve)),
    running: () => [...running.keys()],
    end: async (index: number, refused = false): Promise<void> => {
      running.get(index)?.(
        refused
          ? { tag: 'Refused', refusal: { tag: 'BadRequest', message: 'no' } }
          : { tag: 'Done', sequence: 10 + index, changed: true },
      )
      running.delete(index)
      await new Promise(resolve => setImmediate(resolve))
    },
  }
}

describe('a decision that is carried out', () => {
  it('has independent commands of one kind in flight together, and waits between kinds', async () => {
    const { execute, running, end } = underWay()
    carryOut([create(ConfigMap, 'a'), create(ConfigMap, 'b'), remove(ConfigMap, 'c')], execute)
    assert.deepEqual(running(), [0, 1])
    await end(1)
    await end(0)
    assert.deepEqual(running(), [2])
  })

  it('has statuses of several objects in flight together, and two words about one object in order', async () => {
    const { execute, running, end } = underWay()
    const bare = { verb: 'patch', kind: Pod, ref: { group: '', resource: 'pods', namespace: '', name: 'd' } } as const
    const metadata: Command = { ...bare, patch: { type: 'merge', body: { metadata: { labels: {} } } } }
    carryOut(
      [patchStatus(Pod, 'a'), patchStatus(Pod, 'b'), patchStatus(Pod, 'a'), patchStatus(Pod, 'c'), metadata],
      execute,
    )
    assert.deepEqual(running(), [0, 1])
    await end(0)
    await end(1)
    assert.deepEqual(running(), [2, 3])
    await end(2)
    await end(3)
    assert.deepEqual(running(), [4])
  })

  it('has acted before it has told', async () => {
    const { execute, end } = underWay()
    const { acted, outcome } = carryOut([create(ConfigMap, 'a'), create(Event, 'e')], execute)
    await end(0)
    assert.deepEqual(await acted, { sequence: 10, refused: false })
    await end(1)
    assert.deepEqual(
      (await outcome).map(one => one.tag),
      ['Done', 'Done'],
    )
  })

  it('tells nothing of what was refused', async () => {
    const { execute, running, end } = underWay()
    const { outcome } = carryOut([create(ConfigMap, 'a'), create(Event, 'e')], execute)
    await end(0, true)
    assert.deepEqual(running(), [])
    assert.deepEqual(
      (await outcome).map(one => one.tag),
      ['Refused', 'NotTried'],
    )
  })
})
