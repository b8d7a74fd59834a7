import assert from 'node:assert/strict'
import { once } from 'node:events'
import { E, systemClock } from '@periplus/prelude'
import { confidential } from '../../src/audit/confidential.ts'
import { judgeBy } from '../../src/audit/judge.ts'
import { readAuditPolicy } from '../../src/audit/policy.ts'
import { auditor } from '../../src/audit/trail.ts'
import { clientOf } from '../client.ts'
import type { Client } from '../client.ts'
import { configMap, configMaps, namespace } from '../objects.ts'
import { openDoor } from '../open-door.ts'
import { startTestServer } from '../server.ts'
import type { TestServer } from '../server.ts'

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Line = any

/** A server that tells what it is asked by a policy of these rules. */
const audited = async (rules: string): Promise<{ server: TestServer; client: Client; lines: Line[] }> => {
  const policy = readAuditPolicy(`apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n${rules}`)
  assert.ok(E.isRight(policy), JSON.stringify(policy))
  const lines: Line[] = []
  const isConfidential = confidential(() => false)
  const door = openDoor(({ name }, { verb }) =>
    name === 'eve' && verb !== 'impersonate'
      ? E.left({ tag: 'Forbidden', target: { group: '', resource: 'configmaps', name: '' }, message: 'no' })
      : E.right('RBAC: allowed by the test'),
  )
  const server = await startTestServer({
    security: {
      ...door,
      authenticate: async request =>
        request.headers.authorization === 'Bearer wrong'
          ? E.left({ tag: 'Unauthorized', message: 'Unauthorized' })
          : door.authenticate(request),
    },
    audit: auditor({
      judge: judgeBy(policy.right, isConfidential),
      ...{ isConfidential, clock: systemClock, keep: line => lines.push(JSON.parse(line)) },
    }),
  })
  const client = clientOf(server)
  await client.post('/api/v1/namespaces', namespace('default'))
  lines.length = 0
  return { server, client, lines }
}

const stagesOf = (lines: readonly Line[]): readonly string[] => lines.map(({ stage }) => stage)

describe('audit trail', () => {
  it('tells a write as kube-apiserver does', async () => {
    const { server, client, lines } = await audited('- {level: RequestResponse, omitManagedFields: true}')
    const headers = { 'audit-id': 'the-id', 'user-agent': 'a test', 'x-forwarded-for': '192.0.2.7, none' }
    await client.post(configMaps, configMap('a', {}, { key: 'value' }), headers)
    const [received, complete] = lines
    assert.deepEqual(stagesOf(lines), ['RequestReceived', 'ResponseComplete'])
    const { requestReceivedTimestamp, stageTimestamp, responseObject, requestObject, ...rest } = complete
    assert.deepEqual(rest, {
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'RequestResponse',
      auditID: 'the-id',
      stage: 'ResponseComplete',
      requestURI: configMaps,
      verb: 'create',
      user: { username: 'tester', groups: ['system:masters', 'system:authenticated'] },
      sourceIPs: ['192.0.2.7', '127.0.0.1'],
      userAgent: 'a test',
      objectRef: { resource: 'configmaps', namespace: 'default', name: 'a', apiVersion: 'v1' },
      responseStatus: { metadata: {}, code: 201 },
      annotations: {
        'authorization.k8s.io/decision': 'allow',
        'authorization.k8s.io/reason': 'RBAC: allowed by the test',
      },
    })
    assert.deepEqual(requestObject.data, { key: 'value' })
    assert.equal(responseObject.metadata.managedFields, undefined)
    assert.match(responseObject.metadata.uid, /^[0-9a-f-]{36}$/)
    assert.match(stageTimestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
    assert.equal(requestReceivedTimestamp, received.requestReceivedTimestamp)
    assert.equal(received.responseStatus, undefined)
    const recorded = await server.log.get(server.cut.sequence)
    assert.equal(
      E.isRight(recorded) && recorded.right?.origin.correlationId,
      'the-id',
      'the event in the log is found by the same id',
    )
    await server.stop()
  })

  it('tells who is refused, and how those without good credentials tried', async () => {
    const { server, client, lines } = await audited('- {level: Metadata, omitStages: [RequestReceived]}')
    await client.ask(configMaps, { headers: { 'x-test-user': 'eve' } })
    await client.ask(configMaps, { headers: { authorization: 'Bearer wrong' } })
    await client.ask(`${configMaps}/none`, { headers: { 'x-test-user': 'root', 'impersonate-user': 'bob' } })
    const [forbidden, unauthorized, missing] = lines
    assert.equal(lines.length, 3)
    assert.equal(forbidden.annotations['authorization.k8s.io/decision'], 'forbid')
    assert.equal(forbidden.responseStatus.code, 403)
    assert.equal(forbidden.responseStatus.reason, 'Forbidden')
    assert.equal(forbidden.user.username, 'eve')
    assert.equal(unauthorized.stage, 'ResponseStarted')
    assert.deepEqual(unauthorized.user, {})
    assert.equal(unauthorized.responseStatus.message, 'Authentication failed, attempted: bearer')
    assert.equal(unauthorized.responseStatus.code, 401)
    assert.equal(missing.user.username, 'root')
    assert.deepEqual(missing.impersonatedUser, { username: 'bob', groups: ['system:authenticated'] })
    assert.equal(missing.responseStatus.code, 404)
    await server.stop()
  })

  it('tells of a watch when it begins and when it ends', async () => {
    const { server, client, lines } = await audited('- {level: RequestResponse}')
    const watch = await client.open(`${configMaps}?watch=1`)
    assert.deepEqual(stagesOf(lines), ['RequestReceived', 'ResponseStarted'])
    const closed = once(watch, 'close')
    watch.destroy()
    await closed
    await server.stop()
    assert.deepEqual(stagesOf(lines), ['RequestReceived', 'ResponseStarted', 'ResponseComplete'])
    assert.equal(lines[2].verb, 'watch')
  })

  it('never has what is in a Secret or a token, not even where it is refused', async () => {
    const { server, client, lines } = await audited('- {level: RequestResponse}')
    const secrets = '/api/v1/namespaces/default/secrets'
    const secret = (fields: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, ...fields })
    await client.post(secrets, secret({ stringData: { password: 'hunter2' } }))
    await client.ask(`${secrets}/a`)
    await client.post(secrets, secret({ metadata: { name: 'hunter2_' }, stringData: { 'hunter2 key': 'hunter2' } }))
    await client.post(
      secrets,
      secret({ metadata: { name: 'b' }, type: 'kubernetes.io/tls', stringData: { 'tls.key': 'hunter2' } }),
    )
    await client.ask(`${secrets}/a`, {
      ...{ method: 'PATCH', headers: { 'content-type': 'application/merge-patch+json' } },
      body: { stringData: { password: ['hunter2'] } },
    })
    await client.post('/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token: 'hunter2' } })
    const statuses = lines.filter(({ stage }) => stage === 'ResponseComplete').map(line => line.responseStatus.code)
    assert.deepEqual(statuses, [201, 200, 422, 422, 422, 201])
    const text = JSON.stringify(lines.map(({ objectRef: _, ...line }) => line))
    assert.ok(!text.includes('hunter2') && !text.includes(Buffer.from('hunter2').toString('base64')))
    await server.stop()
  })

  it('leaves out objects that are too large, and says so', async () => {
    const { server, client, lines } = await audited('- {level: RequestResponse, omitStages: [RequestReceived]}')
    await client.post(configMaps, configMap('large', {}, { key: 'x'.repeat(200_000) }))
    await client.ask(`${configMaps}/large`)
    for (const line of lines) {
      assert.equal(line.requestObject, undefined)
      assert.equal(line.responseObject, undefined)
      assert.equal(line.annotations['audit.k8s.io/truncated'], 'true')
    }
    assert.equal(lines.length, 2)
    await server.stop()
  })
})
