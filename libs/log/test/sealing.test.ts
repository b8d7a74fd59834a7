import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { E } from '@periplus/prelude'
import { eventOf, right, take } from '../src/contract/events.ts'
import { memoryEventLog, memoryKeyStore, sealer, unreadableAnnotation, withSealing, withoutKeys } from '../src/index.ts'
import type { ClusterKey, KeyStore, Keys, NewEvent, RecordedEvent } from '../src/index.ts'
import { openEvent, sealEvent } from '../src/sealing/sealed-body.ts'

const value = 'aHVudGVyMg=='
const body = Buffer.from(
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'login',
      namespace: 'default',
      uid: 'u1',
      labels: { app: 'web' },
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `{"data":{"password":"${value}"}}` },
      managedFields: [{ manager: 'kubectl', fieldsV1: { 'f:data': { 'f:password': {} } } }],
    },
    type: 'Opaque',
    data: { password: value },
  }),
)
const ref = { group: '', resource: 'secrets', namespace: 'default', name: 'login' }
const secret = (changes: Partial<NewEvent> = {}): NewEvent => eventOf('login', { ref, uid: 'u1', body, ...changes })
const clusterKey = (id: string): ClusterKey => ({ id, key: randomBytes(32) })

describe('a sealed log', () => {
  const isSecret = ({ resource }: { readonly resource: string }): boolean => resource === 'secrets'
  const world = (keys: KeyStore = memoryKeyStore()) => {
    const kept = memoryEventLog()
    let clusterKeys = [clusterKey('one')]
    const reader = () => {
      const one = sealer({ sealed: isSecret, keys, clusterKeys: () => clusterKeys })
      return { log: withSealing(kept, one), sealer: one }
    }
    return {
      kept,
      keys,
      reader,
      rotate: (next: ClusterKey[]) => (clusterKeys = next),
      clusterKeys: () => clusterKeys,
      ...reader(),
    }
  }
  const stored = (event: RecordedEvent | undefined): string => Buffer.from(event?.body ?? []).toString()

  it('shows what was written, byte for byte, wherever it is read', async () => {
    const { log, reader, kept } = world()
    const admission = `{"patch":"${value}"}`
    right(await log.append(secret({ admission })))
    right(await log.appendAll([eventOf('web'), secret({ ref: { ...ref, name: 'other' }, uid: 'u2' })]))
    const again = reader().log
    const reads = [
      right(await again.get(1)),
      right(await again.last(ref)),
      ...(await take(again.range(1, 1))),
      ...(await take(again.follow(1, new AbortController().signal), 1)).slice(0, 1),
    ]
    for (const event of reads) {
      assert.equal(stored(event), body.toString())
      assert.equal(event?.admission, admission)
      assert.equal(event.sealed, undefined)
      assert.equal(event.unreadable, undefined)
      assert.deepEqual(event.stored, kept.slice(1, 1)[0])
    }
  })

  it('keeps nothing of it in the open but what an object is found by', async () => {
    const { log, kept } = world()
    right(await log.append(secret({ admission: value })))
    const [event] = kept.slice(1)
    const text = JSON.stringify(event) + stored(event)
    for (const hidden of [value, 'hunter2', 'password', 'last-applied', 'managedFields'])
      assert.equal(text.includes(hidden), false, hidden)
    const { sealed: _sealed, ...open } = JSON.parse(stored(event)) as Record<string, unknown>
    assert.deepEqual(open, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'login', namespace: 'default', uid: 'u1', labels: { app: 'web' } },
      type: 'Opaque',
    })
  })

  it('leaves what is not to be sealed as it is, and reads what was written before anything was', async () => {
    const { log, kept } = world()
    right(await kept.append(secret()))
    right(await log.append(eventOf('web')))
    assert.deepEqual(right(await log.get(1)), kept.slice(1, 1)[0])
    assert.deepEqual(right(await log.get(2)), kept.slice(2, 2)[0])
  })

  it('seals nothing twice alike', async () => {
    const { log, kept } = world()
    right(await log.append(secret()))
    right(await log.append(secret({ expected: 1, type: 'spec-changed' })))
    assert.notEqual(stored(kept.slice(1)[0]), stored(kept.slice(2)[0]))
  })

  it('shows a moment after its object was shredded without what was sealed, and says why', async () => {
    const { log, keys, reader, sealer } = world()
    right(await log.append(secret()))
    right(await log.append(secret({ expected: 1, type: 'deleted' })))
    sealer.forget('u1')
    right(await keys.shred('u1'))
    for (const each of [log, reader().log]) {
      const event = right(await each.get(1))
      assert.match(event?.unreadable ?? '', /shredded/)
      const object = JSON.parse(stored(event)) as { metadata: { annotations: object; labels: object }; data?: object }
      assert.deepEqual(object.metadata.labels, { app: 'web' })
      assert.deepEqual(object.metadata.annotations, { [unreadableAnnotation]: event?.unreadable })
      assert.equal(stored(event).includes('sealed"'), false)
      assert.equal(object.data, undefined)
    }
  })

  it('refuses to write over what it cannot read, and lets it be deleted', async () => {
    const { log, keys, reader } = world()
    right(await log.append(secret()))
    right(await keys.shred('u1'))
    const later = reader().log
    await take(later.range(1, 1))
    const refused = await later.append(secret({ expected: 1, type: 'spec-changed' }))
    assert.ok(E.isLeft(refused) && refused.left.tag === 'Unsealable')
    assert.match(refused.left.message, /cannot be read .* delete it and create it again/)
    const rest = right(await later.get(1))
    const other = { ref: { ...ref, name: 'copy' }, uid: 'u3' }
    const copied = await later.append(secret({ ...other, body: rest?.body ?? body }))
    assert.ok(E.isLeft(copied) && copied.left.tag === 'Unsealable', 'what is left of it is not taken for all')
    right(await later.append(secret({ expected: 1, type: 'deleted' })))
  })

  it('says of a wrong cluster key that it is one', async () => {
    const { log, reader, rotate } = world()
    right(await log.append(secret()))
    rotate([clusterKey('two')])
    assert.match(right(await reader().log.get(1))?.unreadable ?? '', /cluster key one, which is not here/)
    rotate([clusterKey('one')])
    assert.match(right(await reader().log.get(1))?.unreadable ?? '', /cannot be read with the cluster key one/)
  })

  it('writes nothing in the open where keys are away', async () => {
    const away = E.left({ tag: 'Unavailable', message: 'away' } as const)
    const { log, kept } = world({ ...memoryKeyStore(), find: async () => away, add: async () => away })
    assert.deepEqual(await log.append(secret()), away)
    assert.deepEqual(await log.appendAll([eventOf('web'), secret()]), away)
    assert.equal(kept.slice(1).length, 0)
  })

  it('waits with reading until keys can be asked for', async () => {
    const keys = memoryKeyStore()
    const writing = world(keys)
    right(await writing.log.append(secret()))
    let asked = 0
    const slow: KeyStore = {
      ...keys,
      find: async uid => (asked++ < 1 ? E.left({ tag: 'Unavailable', message: 'away' }) : keys.find(uid)),
    }
    const one = sealer({ sealed: isSecret, keys: slow, clusterKeys: () => [] })
    const [event] = await take(withSealing(writing.kept, one).range(1, 1))
    assert.match(event?.unreadable ?? '', /cluster key one/)
    assert.equal(asked, 2)
  })

  it('waits with reading and refuses writing as long as a cluster key is locked, and takes it for lost by no means', async () => {
    const keys = memoryKeyStore()
    const writing = world(keys)
    right(await writing.log.append(secret()))
    const [key] = writing.clusterKeys()
    let asked = 0
    const clusterKeys = async (): Promise<Keys> => (asked++ < 2 ? [{ id: 'one', locked: 'nobody answers' }] : [key!])
    const one = withSealing(writing.kept, sealer({ sealed: isSecret, keys, clusterKeys }))
    const refused = await one.append(secret({ ref: { ...ref, name: 'new' }, uid: 'u9' }))
    assert.deepEqual(refused, E.left({ tag: 'Unavailable', message: 'the cluster key one is locked: nobody answers' }))
    const [event] = await take(one.range(1, 1))
    assert.equal(stored(event), body.toString())
    assert.equal(asked, 3)
  })

  it('seals nothing with a key that has expired, but what ends an object', async () => {
    const keys = memoryKeyStore()
    const writing = world(keys)
    right(await writing.log.append(secret()))
    const expired = (): string => 'expired at noon'
    const one = withSealing(writing.kept, sealer({ sealed: isSecret, keys, clusterKeys: writing.clusterKeys, expired }))
    assert.equal(stored(right(await one.get(1))), body.toString())
    const refusal = E.left({ tag: 'KeyExpired', message: 'expired at noon' })
    assert.deepEqual(await one.append(secret({ expected: 1, type: 'spec-changed' })), refusal)
    assert.deepEqual(
      await one.appendAll([eventOf('web'), secret({ ref: { ...ref, name: 'new' }, uid: 'u9' })]),
      refusal,
    )
    right(await one.append(eventOf('web')))
    right(await one.append(secret({ expected: 1, type: 'deleted' })))
  })

  it('is not read and not written by who has no keys', async () => {
    const { log, kept } = world()
    right(await log.append(secret()))
    const without = withSealing(kept, withoutKeys(isSecret))
    assert.match(right(await without.get(1))?.unreadable ?? '', /no keys/)
    const refused = await without.append(secret({ expected: 1 }))
    assert.ok(E.isLeft(refused) && refused.left.tag === 'Unsealable')
    right(await without.append(eventOf('web')))
  })

  it('takes a ciphertext for nothing that was moved to another object or changed', () => {
    const key = randomBytes(32)
    const event = sealEvent(key, { ...secret(), sequence: 1 })
    assert.ok(E.isRight(openEvent(key, event)))
    assert.ok(E.isLeft(openEvent(key, { ...event, uid: 'u2' })))
    assert.ok(E.isLeft(openEvent(key, { ...event, ref: { ...ref, name: 'mine' } })))
    assert.ok(E.isLeft(openEvent(key, { ...event, ref: { ...ref, namespace: 'mine' } })))
    assert.ok(E.isLeft(openEvent(key, { ...event, sealed: 'v9' })))
    const json = JSON.parse(Buffer.from(event.body).toString()) as { sealed: string }
    const bytes = Buffer.from(json.sealed, 'base64')
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] as number) ^ 1
      const forged = Buffer.from(JSON.stringify({ ...json, sealed: changed.toString('base64') }))
      assert.ok(E.isLeft(openEvent(key, { ...event, body: forged })), `byte ${at}`)
    }
  })
})
