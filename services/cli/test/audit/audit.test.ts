import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RecordedEvent } from '@periplus/log'
import { eventOfLine, wantedBy } from '../../src/audit/audit-event.ts'
import { auditFiles } from '../../src/audit/audit-files.ts'
import { auditOfEvent } from '../../src/audit/audit-of-event.ts'
import { inOrder } from '../../src/audit/in-order.ts'
import { startOf } from '../../src/commands/since.ts'
import { auditText } from '../../src/views/audit-line.ts'

const denied = {
  auditID: 'a',
  stage: 'ResponseComplete',
  verb: 'get',
  requestURI: '/api/v1/namespaces/shop/pods/web/log',
  user: { username: 'root' },
  impersonatedUser: { username: 'eve' },
  sourceIPs: ['192.0.2.7', '127.0.0.1'],
  objectRef: { resource: 'pods', subresource: 'log', namespace: 'shop', name: 'web' },
  responseStatus: { code: 403, message: 'pods "web" is forbidden' },
  stageTimestamp: '2026-01-02T03:04:05.000000Z',
}

const recorded: RecordedEvent = {
  id: 'x',
  type: 'status-changed',
  ref: { group: 'apps', resource: 'replicasets', namespace: 'shop', name: 'web' },
  uid: 'u',
  previous: 4,
  sequence: 7,
  origin: { actor: 'controller:replicaset', component: 'controllers', causes: [], correlationId: 'c' },
  time: '2026-01-02T03:04:06.000Z',
  body: Buffer.from('{}'),
  admission: '[{"by":"PodSecurity","annotations":{"a/b":"c"}}]',
}

const allOf = async <A>(values: AsyncIterable<A>): Promise<readonly A[]> => {
  const all: A[] = []
  for await (const value of values) all.push(value)
  return all
}

describe('audit', () => {
  it('finds events by who asked for what where', () => {
    const isWanted = (filter: Parameters<typeof wantedBy>[0]) => wantedBy(filter)(denied)
    assert.ok(isWanted({ user: 'eve', verb: 'get', resource: 'pods/log', namespace: 'shop', since: 0 }))
    assert.ok(isWanted({ user: 'root' }))
    assert.ok(!isWanted({ user: 'bob' }))
    assert.ok(!isWanted({ resource: 'pods' }))
    assert.ok(!isWanted({ since: Date.parse('2026-01-02T03:04:06Z') }))
    const ofLog = wantedBy({ resource: 'replicasets/status' })
    assert.ok(ofLog(auditOfEvent(recorded)))
    assert.ok(wantedBy({ resource: 'replicasets.apps/status' })(auditOfEvent(recorded)))
  })

  it('shows each on a line, with why where it was refused', () => {
    assert.equal(
      auditText(denied),
      '2026-01-02T03:04:05.000000Z  root as eve                         192.0.2.7        get     pods/log/web -n shop  403  pods "web" is forbidden',
    )
    assert.match(
      auditText({ ...denied, stage: 'ResponseStarted', responseStatus: { code: 101 } }),
      / 101 ResponseStarted$/,
    )
    const { objectRef: _, ...elsewhere } = { ...denied, requestURI: '/version' }
    assert.match(auditText(elsewhere), / get {5}\/version {2}403 /)
  })

  it('makes events of what the log has', () => {
    const event = auditOfEvent(recorded)
    assert.equal(event.user.username, 'system:serviceaccount:kube-system:replicaset-controller')
    assert.equal(event.auditID, 'x', 'what a request led to is no part of it')
    assert.equal(event.verb, 'update')
    assert.deepEqual(event.annotations, { 'a/b': 'c', 'periplus.io/sequence': '7', 'periplus.io/correlation-id': 'c' })
    assert.equal(auditOfEvent({ ...recorded, type: 'deleted' }).verb, 'delete')
  })

  it('reads durations and times', () => {
    assert.equal(startOf('10m', 3_600_000), 3_000_000)
    assert.equal(startOf('2026-01-02T03:04:05Z'), Date.parse('2026-01-02T03:04:05Z'))
    assert.throws(() => startOf('lately'), /neither a duration/)
  })

  it('puts what files and log have in the order of their times', async () => {
    const values = async function* (...numbers: readonly number[]) {
      yield* numbers
    }
    assert.deepEqual(await allOf(inOrder(values(1, 4, 5), values(2, 3, 5, 6), n => n)), [1, 2, 3, 4, 5, 5, 6])
    assert.deepEqual(await allOf(inOrder(values(), values(2), n => n)), [2])
  })

  describe('files', () => {
    let directory: string
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'audit-'))
    })
    afterEach(() => rmSync(directory, { recursive: true, force: true }))
    const file = (port: number, time: string): string => join(directory, `apiserver-${port}-${time}.log`)

    it('are read in the order in which they were begun, torn lines left out', async () => {
      writeFileSync(file(2, '20260102T000000000Z'), '{"b":1}\n{"c"\n{"d":1}\n{"e":')
      writeFileSync(file(9, '20260101T000000000Z'), '{"a":1}\n')
      assert.deepEqual(await allOf(auditFiles(directory).next()), ['{"a":1}', '{"b":1}', '{"c"', '{"d":1}'])
      assert.equal(eventOfLine('{"c"'), undefined)
      assert.equal(eventOfLine('null'), undefined)
      assert.deepEqual(await allOf(auditFiles(join(directory, 'none')).next()), [])
    })

    it('are followed, new ones too, each line once and whole', async () => {
      const first = file(1, '20260101T000000000Z')
      writeFileSync(first, '{"old":1}\n')
      const stop = new AbortController()
      const files = auditFiles(directory)
      assert.deepEqual(await allOf(files.next()), ['{"old":1}'])
      appendFileSync(first, '{"a":1}\n{"b"')
      const lines = files.toCome(stop.signal)
      assert.equal((await lines.next()).value, '{"a":1}')
      appendFileSync(first, ':1}\n')
      writeFileSync(file(1, '20260102T000000000Z'), '{"c":1}\n')
      assert.equal((await lines.next()).value, '{"b":1}')
      assert.equal((await lines.next()).value, '{"c":1}')
      stop.abort()
      assert.ok((await lines.next()).done)
    })
  })
})
