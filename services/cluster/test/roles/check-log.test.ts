import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { memoryEventLog } from '@periplus/log'
import type { Base, EventLog, NewEvent } from '@periplus/log'
import { memoryProjection } from '@periplus/projection'
import { logger } from '@periplus/service'
import { checkLog } from '../../src/roles/check-log.ts'

const event = (name: string): NewEvent => ({
  ...{ id: `event-${name}`, type: 'created', uid: `uid-${name}`, expected: 0, previous: 0 },
  ref: { group: '', resource: 'configmaps', namespace: 'default', name },
  origin: { actor: 'user:test', component: 'test', causes: [], correlationId: name },
  time: '2026-05-01T10:00:00.000Z',
  body: Buffer.from(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'default', uid: `uid-${name}` },
    }),
  ),
})

const written = async (...names: readonly string[]) => {
  const log = memoryEventLog()
  for (const name of names) assert.ok(E.isRight(await log.append(event(name))))
  return log
}

describe('a log that lacks events in its middle', () => {
  const check = async (acceptsLoss: boolean) => {
    const whole = await written('a', 'b', 'c')
    const left = await written('a', 'another', 'c')
    const snapshot = { sequence: 3, events: [whole.slice(1)] } as unknown as Base
    const log: EventLog = { ...left, bases: async () => E.right([snapshot]) }
    const said: string[] = []
    await checkLog({
      ...{ log, projection: memoryProjection(), decidedOn: 3, lackedRoom: false, acceptsLoss },
      newestKept: async () => 3,
      gaps: async () => ({ unexplained: 1, accepted: 0, last: 3 }),
      acceptGaps: async () => undefined,
      logger: logger('test', { write: line => void said.push(line) }),
    })
    return { names: left.slice(1).map(({ ref }) => ref.name), said: said.join('') }
  }

  it('is not started on, unless the loss is accepted', async () => {
    await assert.rejects(check(false), /1 events are missing from the log's middle, and Redis does not have all/)
  })

  it('gets back what the newest snapshot has when it is', async () => {
    const { names, said } = await check(true)
    assert.deepEqual(names, ['a', 'another', 'c', 'b'])
    assert.match(said, /"restoredFromRedis":0,"restoredFromSnapshot":1/)
  })
})
