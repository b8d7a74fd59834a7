import assert from 'node:assert/strict'
import { configMaps } from './objects.ts'
import { suiteServer } from './suite-server.ts'

const path = `${configMaps}/settings`
const configuration = (data: object, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings' },
  data,
  ...more,
})

describe('server-side apply over HTTP', () => {
  const { client, server } = suiteServer()

  const apply = (body: unknown, query = 'fieldManager=tool', agent = 'robot/1.0 (linux)') =>
    client.ask(`${path}?${query}`, {
      method: 'PATCH',
      body,
      headers: { 'content-type': 'application/apply-patch+yaml', 'user-agent': agent },
    })
  const put = (body: unknown, agent: string) =>
    client.ask(path, { method: 'PUT', body, headers: { 'user-agent': agent } })

  it('creates what is not there, of JSON and of YAML, and tries it first', async () => {
    const tried = await apply(configuration({ a: '1' }), 'fieldManager=tool&dryRun=All')
    assert.deepEqual([tried.status, tried.json.metadata.managedFields[0].manager], [201, 'tool'])
    assert.equal((await client.ask(path)).status, 404)
    const made = await apply('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  a: "1"\n')
    assert.equal(made.status, 201, made.text)
    assert.deepEqual(made.json.metadata.managedFields[0], {
      manager: 'tool',
      operation: 'Apply',
      apiVersion: 'v1',
      time: made.json.metadata.creationTimestamp,
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { 'f:a': {} } },
    })
    const again = await apply(configuration({ a: '1' }))
    assert.deepEqual([again.status, again.json.metadata.resourceVersion], [200, made.json.metadata.resourceVersion])
  })

  it('names who updates by their user agent, and refuses what they own with 409', async () => {
    const { json } = await client.ask(path)
    const changed = await put({ ...json, data: { a: '2' } }, 'kube-edit/v1.35.0 (linux/amd64)')
    assert.equal(changed.json.metadata.managedFields.at(-1).manager, 'kube-edit')
    const refused = await apply(configuration({ a: '3' }))
    assert.equal(refused.status, 409)
    assert.deepEqual(refused.json, {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Apply failed with 1 conflict: conflict with "kube-edit" using v1: .data.a',
      reason: 'Conflict',
      details: {
        causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "kube-edit" using v1', field: '.data.a' }],
      },
      code: 409,
    })
    const forced = await apply(configuration({ a: '3' }), 'fieldManager=tool&force=true')
    assert.deepEqual([forced.status, forced.json.data, forced.json.metadata.managedFields.length], [200, { a: '3' }, 1])
  })

  for (const [what, body, query, code, message] of [
    ['does not say its kind', 'a: b', undefined, 400, /invalid object type: \/, Kind=/],
    ['nobody applies', configuration({}), 'x=y', 422, /fieldManager: Required value: is required for apply patch/],
    [
      'has a field that there is not',
      configuration({}, { spice: 1 }),
      undefined,
      400,
      /.spice: field not declared in schema/,
    ],
    ['is none', '- a', undefined, 400, /a configuration is an object/],
    [
      'is of another name',
      { ...configuration({}), metadata: { name: 'x' } },
      undefined,
      400,
      /does not match the name on the URL/,
    ],
    ['is of a manager with odd letters', configuration({}), 'fieldManager=a%07', 422, /invalid character U\+0007/],
  ] as const)
    it(`refuses a configuration that ${what}`, async () => {
      const answer = await apply(body, query)
      assert.equal(answer.status, code, answer.text)
      assert.match(answer.json.message, message)
      assert.deepEqual(server().errors, [])
    })
})
