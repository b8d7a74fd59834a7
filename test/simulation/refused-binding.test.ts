import assert from 'node:assert/strict'
import { createCommands } from '@periplus/commands'
import type { Command } from '@periplus/commands'
import { memoryDecisions, runController } from '@periplus/controller'
import { kindsAt } from '@periplus/custom'
import { Namespace, Node, Pod } from '@periplus/kinds'
import { memoryEventLog } from '@periplus/log'
import { E, seededRandom, virtualClock } from '@periplus/prelude'
import { mutableCut } from '@periplus/projection'
import { scheduler } from '@periplus/scheduler'
import { pod } from './preemption.ts'
import { node } from './scenario.ts'

/** Lets everything happen that needs no time. */
const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** A scheduler whose cut has of the log what is delivered. */
const given = () => {
  const [clock, log, cut, random] = [virtualClock(0), memoryEventLog(), mutableCut(), seededRandom(1)]
  const newSeed = (): number => Math.floor(random() * 2 ** 32)
  const commands = createCommands({ cut, log, kindsAt, admission: [], clock, newId: () => String(newSeed()) })
  const deliver = async (before = Infinity): Promise<void> => {
    cut.apply(log.slice(cut.sequence + 1).filter(({ sequence }) => sequence < before))
    await settle()
  }
  /** Resolves with the sequence of the last of them. */
  const does = async (...all: readonly Command[]): Promise<number> => {
    let sequence = 0
    const origin = { actor: 'user:someone', component: 'someone', causes: [], correlationId: 'someone' }
    for (const command of all) {
      const done = await commands.execute(command, origin)
      if (E.isLeft(done)) assert.fail(JSON.stringify(done.left))
      sequence = done.right.sequence
    }
    return sequence
  }
  const start = () =>
    runController(scheduler, {
      ...{ cut, commands, clock, newSeed, decisions: memoryDecisions() },
      onBug: (_name, _key, error) => assert.fail(String(error)),
    })
  return { clock, cut, deliver, does, start }
}

/** The pod's creation, on a node from the beginning. */
const on = (nodeName: string, created: Command): Command => {
  if (created.verb !== 'create') return created
  const { spec, ...rest } = created.object as Pod
  return { ...created, object: { ...rest, spec: { containers: [], ...spec, nodeName } } as Pod }
}

const remove = (name: string): Command => ({
  verb: 'delete',
  kind: Pod,
  ref: { group: '', resource: Pod.resource, namespace: 'default', name },
  options: { gracePeriodSeconds: 0 },
})

describe('a pod whose binding was refused', () => {
  // Seed 101084 of those that live through preemption.
  it('does not evict others for the room that it had taken itself', async () => {
    const { clock, cut, deliver, does, start } = given()
    const leaving = () =>
      cut.list(Pod, 'default').flatMap(({ metadata }) => (metadata.deletionTimestamp ? [metadata.name] : []))
    await does(
      { verb: 'create', kind: Namespace, object: { metadata: { name: 'default' } } },
      ...['a', 'b'].map((name): Command => ({ verb: 'create', kind: Node, object: node(name) })),
      ...[0, 1, 2, 3].map(n => on('a', pod(`low-${n}`, 0, 1))),
      on('b', pod('large', 0, 4)),
      ...[pod('first', 10, 4), pod('second', 5, 1)],
    )
    await deliver()
    const running = start()
    await settle()
    await deliver()
    const [one, another, ...others] = leaving()
    assert.deepEqual([one, others], ['large', []])
    // Both have left, and the one for whom the second made room goes before the scheduler has heard of it.
    await does(remove('large'), remove(another ?? ''))
    await deliver(await does(remove('second')))
    // The first is being bound, the second was refused, and it is the second's turn again.
    clock.advance(1_000)
    await settle()
    await deliver()
    assert.equal(cut.get(Pod, 'default', 'first')?.spec?.nodeName, 'b')
    assert.deepEqual([leaving(), cut.list(Pod, 'default').length], [[], 4])
    await running.stop()
  })
})
