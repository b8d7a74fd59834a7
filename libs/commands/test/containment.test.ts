import assert from 'node:assert/strict'
import { virtualClock } from '@periplus/prelude'
import { statusOf } from '@periplus/api'
import { kindsAt } from '@periplus/custom'
import { memoryEventLog } from '@periplus/log'
import { mutableCut } from '@periplus/projection'
import { createCommands } from '../src/index.ts'
import type { AdmissionPlugin, Command } from '../src/index.ts'
import { kindOf, object, ok, origin, refOf, refusal } from './world.ts'

const secrets = kindOf('', 'secrets')
const secret = (name: string, password: string): Command => ({
  verb: 'create',
  kind: secrets,
  object: object({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'default' },
    stringData: { password },
  }),
})

/** Throws at an object of this name, with its content in the message. */
const planted: AdmissionPlugin = {
  name: 'Planted',
  validate: candidate => {
    if (candidate.ref.name === 'bad') throw new Error(JSON.stringify(candidate.next))
    return undefined
  },
}

const world = (admission: readonly AdmissionPlugin[]) => {
  const log = memoryEventLog()
  const cut = mutableCut()
  const bugs: string[] = []
  const commands = createCommands({
    cut,
    log,
    kindsAt,
    admission,
    clock: virtualClock(0),
    onBug: (_, { verb, kind }) => bugs.push(`${verb} ${kind.resource}`),
  })
  return { log, bugs, run: (command: Command) => commands.execute(command, origin) }
}

describe('a command that throws', () => {
  it('is refused with 500, tells nothing of its object, and is reported once', async () => {
    const { bugs, run } = world([planted])
    const status = statusOf(refusal(await run(secret('bad', 'hunter2'))))
    assert.equal(status.code, 500)
    assert.equal(status.reason, 'InternalError')
    assert.doesNotMatch(JSON.stringify(status), /hunter2/)
    assert.deepEqual(bugs, ['create secrets'])
  })

  it('costs other commands nothing, those on the same object included', async () => {
    const { log, run } = world([planted])
    const [bad, good, again] = await Promise.all([
      run(secret('bad', 'a')),
      run(secret('good', 'b')),
      run({ verb: 'delete', kind: secrets, ref: refOf('', 'secrets', 'default', 'bad'), options: {} }),
    ])
    assert.equal(refusal(bad).tag, 'InternalError')
    assert.equal(refusal(again).tag, 'NotFound')
    assert.equal(ok(good).changed, true)
    assert.equal(log.slice(1).length, 1)
  })
})
