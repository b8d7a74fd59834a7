import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { memoryEventLog, memoryKeyStore } from '@periplus/log'
import type { NewEvent } from '@periplus/log'
import { E, virtualClock } from '@periplus/prelude'
import { mutableCut } from '@periplus/projection'
import { logger } from '@periplus/service'
import { shredKeys } from '../../src/roles/shred-keys.ts'

const secret = (uid: string): NewEvent => ({
  ref: { group: '', resource: 'secrets', namespace: 'default', name: uid },
  uid,
  type: 'created',
  previous: 0,
  expected: 0,
  id: uid,
  time: '2026-01-01T00:00:00Z',
  origin: { actor: 'user:a', component: 'api', causes: [], correlationId: uid },
  body: Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: uid, uid } })),
})

describe('the sweep of keys', () => {
  it('takes no object for gone that its process has only not heard of yet', async () => {
    const clock = virtualClock(Date.UTC(2026, 0, 1))
    const [log, cut] = [memoryEventLog(), mutableCut()]
    const keys = memoryKeyStore(clock.now)
    for (const uid of ['lives', 'never-was']) await keys.add(uid, { by: 'k', key: 'a2V5' })
    assert.ok(E.isRight(await log.append(secret('lives'))))
    clock.advance(3_600_000)
    const sweeping = shredKeys({
      ...{ cut, log, keys, clock, logger: logger('test') },
      onBug: error => assert.fail(String(error)),
    })
    const left = async (): Promise<readonly string[]> => {
      const all = await keys.all()
      return E.isRight(all) ? all.right.map(({ uid }) => uid) : []
    }
    for (let i = 0; i < 20; i++) await turn()
    assert.deepEqual(await left(), ['lives', 'never-was'], 'nothing goes before the cut is where the log is')
    for await (const batch of log.range(1, 1)) cut.apply(batch)
    while ((await left()).length > 1) await turn()
    assert.deepEqual(await left(), ['lives'])
    await sweeping.stop()
  })
})
