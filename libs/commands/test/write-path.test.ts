import assert from 'node:assert/strict'
import { statusOf } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import { memoryEventLog, memoryKeyStore, sealer, withSealing } from '@periplus/log'
import { E } from '@periplus/prelude'
import { kindOf, object, ok, refOf, refusal, world } from './world.ts'

const configMaps = kindOf('', 'configmaps')
const settings = refOf('', 'configmaps', 'default', 'settings')
const settingsObject = (data: Record<string, string>, metadata: object = {}) =>
  object({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: 'default', ...metadata },
    data,
  })

describe('the write path', () => {
  it('makes one event of a creation, with the identity that the server gives', async () => {
    const { run, log } = world()
    const outcome = ok(await run({ verb: 'create', kind: configMaps, object: settingsObject({ a: '1' }) }, 'command-1'))
    assert.equal(outcome.sequence, 1)
    assert.equal(outcome.object.metadata?.resourceVersion, '1')
    const [event] = log.slice(1)
    assert.equal(event?.id, 'command-1')
    assert.equal(event?.type, 'created')
    assert.equal(event?.origin.actor, 'user:alice')
    assert.equal(
      new TextDecoder().decode(event?.body),
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","namespace":"default","uid":"id-1","creationTimestamp":"2026-01-02T03:04:05Z",' +
        '"managedFields":[{"manager":"test","operation":"Update","apiVersion":"v1","time":"2026-01-02T03:04:05Z",' +
        '"fieldsType":"FieldsV1","fieldsV1":{"f:data":{".":{},"f:a":{}}}}]},"data":{"a":"1"}}',
    )
  })

  it('reads its own writes while the cut stands still', async () => {
    const { run, cut } = world()
    ok(await run({ verb: 'create', kind: configMaps, object: settingsObject({ a: '1' }) }))
    const updated = ok(await run({ verb: 'update', kind: configMaps, object: settingsObject({ a: '2' }) }))
    assert.equal(updated.sequence, 2)
    ok(await run({ verb: 'delete', kind: configMaps, ref: settings, options: {} }))
    const created = ok(await run({ verb: 'create', kind: configMaps, object: settingsObject({ a: '3' }) }))
    assert.equal(created.sequence, 4)
    assert.equal(cut.sequence, 0)
  })

  it('writes nothing when nothing changes', async () => {
    const { run, log } = world()
    ok(await run({ verb: 'create', kind: configMaps, object: settingsObject({ a: '1' }) }))
    const outcome = ok(await run({ verb: 'update', kind: configMaps, object: settingsObject({ a: '1' }) }))
    assert.deepEqual([outcome.changed, outcome.sequence, log.slice(1).length], [false, 1, 1])
    assert.equal(outcome.object.metadata?.resourceVersion, '1')
  })

  it('refuses an old resourceVersion and builds on the newest without one', async () => {
    const one = world({ prefix: 'one' })
    const two = world({ log: one.log, prefix: 'two' })
    ok(await one.run({ verb: 'create', kind: configMaps, object: settingsObject({ a: '1' }) }))
    two.catchUp()
    ok(await one.run({ verb: 'update', kind: configMaps, object: settingsObject({ a: '2' }) }))
    const stale = await two.run({
      verb: 'update',
      kind: configMaps,
      object: settingsObject({ a: '3' }, { resourceVersion: '1' }),
    })
    assert.equal(
      statusOf(refusal(stale)).message,
      'Operation cannot be fulfilled on configmaps "settings": the object has been modified; please apply your changes to the latest version and try again',
    )
    const outcome = ok(await two.run({ verb: 'update', kind: configMaps, object: settingsObject({ a: '3' }) }))
    assert.equal(outcome.sequence, 3)
  })

  it('never refuses because of a cut that lags', async () => {
    const one = world({ prefix: 'one' })
    const two = world({ log: one.log, prefix: 'two' })
    ok(await one.run({ verb: 'create', kind: configMaps, object: settingsObject({ a: '1' }) }))
    ok(
      await two.run({ verb: 'update', kind: configMaps, object: settingsObject({ a: '2' }, { resourceVersion: '1' }) }),
    )
    ok(
      await one.run({ verb: 'update', kind: configMaps, object: settingsObject({ a: '3' }, { resourceVersion: '2' }) }),
    )
    ok(await two.run({ verb: 'delete', kind: configMaps, ref: settings, options: {} }))
    assert.equal(
      refusal(await one.run({ verb: 'delete', kind: configMaps, ref: settings, options: {} })).tag,
      'NotFound',
    )
    ok(await one.run({ verb: 'create', kind: configMaps, object: settingsObject({ a: '4' }) }))
    const existing = refusal(await two.run({ verb: 'create', kind: configMaps, object: settingsObject({ a: '5' }) }))
    assert.equal(existing.tag, 'AlreadyExists')
  })

  it('rests nothing on an answer of the log that is older than what it knows', async () => {
    const { log } = world()
    let isBehind = false
    const one = world({
      log: {
        ...log,
        append: event =>
          isBehind ? Promise.resolve(E.left({ tag: 'Conflict' as const, actual: 0 })) : log.append(event),
        last: ref => (isBehind ? Promise.resolve(E.right(undefined)) : log.last(ref)),
      },
    })
    const remove = { verb: 'delete', kind: configMaps, ref: settings, options: {} } as const
    ok(await one.run({ verb: 'create', kind: configMaps, object: settingsObject({ a: '1' }) }))
    isBehind = true
    assert.equal(refusal(await one.run(remove)).tag, 'ServiceUnavailable')
    isBehind = false
    ok(await one.run(remove))
  })

  it('makes no second event of the same command', async () => {
    const one = world()
    const created = ok(await one.run({ verb: 'create', kind: configMaps, object: settingsObject({ a: '1' }) }, 'same'))
    const restarted = world({ log: one.log, prefix: 'other' })
    const again = ok(
      await restarted.run({ verb: 'create', kind: configMaps, object: settingsObject({ a: '1' }) }, 'same'),
    )
    assert.deepEqual(again, created)
    const nameless = object({ metadata: { generateName: 'x-', namespace: 'default' } })
    const generated = ok(await one.run({ verb: 'create', kind: configMaps, object: nameless }, 'generated'))
    const regenerated = ok(await restarted.run({ verb: 'create', kind: configMaps, object: nameless }, 'generated'))
    assert.deepEqual(regenerated, generated)
    assert.equal(one.log.slice(1).length, 2)
  })

  it('does everything but append in a dry run', async () => {
    const { run, log } = world()
    const outcome = ok(
      await run({ verb: 'create', kind: configMaps, object: settingsObject({ a: '1' }), dryRun: true }),
    )
    assert.equal(outcome.object.metadata?.uid, 'id-2')
    const read = settingsObject({ a: '1' }, { resourceVersion: '7' })
    ok(await run({ verb: 'create', kind: configMaps, object: read, dryRun: true }))
    assert.equal(log.slice(1).length, 0)
    assert.equal(refusal(await run({ verb: 'create', kind: configMaps, object: read })).tag, 'BadRequest')
  })

  it('says what it cannot know, and what can never be', async () => {
    const silent = world({
      through: log => ({ ...log, append: async () => E.left({ tag: 'Unavailable', message: 'no NATS' }) }),
    })
    const waiting = silent.run({ verb: 'create', kind: configMaps, object: settingsObject({ a: '1' }) })
    let open = true
    const answered = waiting.finally(() => (open = false))
    while (open) {
      await Promise.resolve()
      silent.clock.advance(100)
    }
    const status = statusOf(refusal(await answered))
    assert.deepEqual([status.code, status.details?.retryAfterSeconds], [503, 1])
    const { run } = world({ log: memoryEventLog({ maxBodyBytes: 100 }) })
    const large = await run({ verb: 'create', kind: configMaps, object: settingsObject({ a: 'x'.repeat(1000) }) })
    assert.equal(statusOf(refusal(large)).code, 413)
  })

  it('says within seconds that the log is silent, whatever is refused meanwhile without asking it', async () => {
    let silent = false
    const { run, clock } = world({
      through: log => ({
        ...log,
        append: async event => {
          if (!silent) return log.append(event)
          if (event.type === 'created') return E.left({ tag: 'Full', message: 'there is little room' })
          return E.left({ tag: 'Unavailable', message: 'no NATS' })
        },
      }),
    })
    ok(await run({ verb: 'create', kind: configMaps, object: settingsObject({ a: '1' }) }))
    silent = true
    let refused: Refusal | undefined
    void run({ verb: 'update', kind: configMaps, object: settingsObject({ a: '2' }) }).then(
      result => (refused = refusal(result)),
    )
    const another = settingsObject({ a: '1' }, { name: 'another' })
    for (let seconds = 0; seconds < 6; seconds++) {
      assert.equal(refusal(await run({ verb: 'create', kind: configMaps, object: another })).tag, 'ServiceUnavailable')
      for (let tenths = 0; tenths < 10; tenths++) {
        clock.advance(100)
        await new Promise(setImmediate)
      }
    }
    assert.deepEqual(refused, { tag: 'ServiceUnavailable', message: 'no NATS', retryAfterSeconds: 1 })
  })

  it('refuses what would be sealed with a key that has expired, as Kubernetes does', async () => {
    const expired = 'encryptedDEKSource with keyID hash "sha256:1" expired at noon (current time is later)'
    const sealed = sealer({
      sealed: () => true,
      keys: memoryKeyStore(),
      clusterKeys: () => [{ id: 'k', key: Buffer.alloc(32) }],
      expired: () => expired,
    })
    const { run, log } = world({ through: kept => withSealing(kept, sealed) })
    const refused = await run({ verb: 'create', kind: configMaps, object: settingsObject({ a: '1' }) })
    const { code, reason, message } = statusOf(refusal(refused))
    assert.deepEqual([code, reason, message], [500, 'InternalError', `Internal error occurred: ${expired}`])
    assert.equal(log.slice(1).length, 0)
  })
})
