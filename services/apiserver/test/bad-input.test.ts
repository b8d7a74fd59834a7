import assert from 'node:assert/strict'
import type { Asking } from './client.ts'
import { configMap, configMaps, deployment } from './objects.ts'
import { suiteServer } from './suite-server.ts'

const deployments = '/apis/apps/v1/namespaces/default/deployments'
const yaml = { 'content-type': 'application/yaml' }
const post = (body: unknown, headers: Record<string, string> = {}): Asking => ({ method: 'POST', body, headers })
const patch = (type: string, body: unknown): Asking => ({
  method: 'PATCH',
  body,
  headers: { 'content-type': `application/${type}` },
})

interface Case {
  readonly what: string
  readonly path: string
  readonly asking?: Asking
  readonly code: number
  readonly reason: string
  readonly message: RegExp
}

const withField = (name: string, value: unknown) => ({ ...configMap('x'), [name]: value })

const cases: readonly Case[] = [
  {
    what: 'malformed JSON',
    path: configMaps,
    asking: post('{"kind":'),
    code: 400,
    reason: 'BadRequest',
    message: /json parse error/,
  },
  {
    what: 'a PUT to a collection',
    path: configMaps,
    asking: { method: 'PUT', body: configMap('x') },
    code: 405,
    reason: 'MethodNotAllowed',
    message: /update is not supported on resources of kind "configmaps"/,
  },
  {
    what: 'a PATCH of a collection',
    path: configMaps,
    asking: patch('merge-patch+json', {}),
    code: 405,
    reason: 'MethodNotAllowed',
    message: /patch is not supported/,
  },
  {
    what: 'a patch that is cut off',
    path: `${configMaps}/there`,
    asking: patch('merge-patch+json', '{"data":'),
    code: 400,
    reason: 'BadRequest',
    message: /^error decoding patch: unexpected end of JSON input$/,
  },
  { what: 'no body', path: configMaps, asking: post(''), code: 400, reason: 'BadRequest', message: /ConfigMap/ },
  {
    what: 'JSON that is no object',
    path: configMaps,
    asking: post('[]'),
    code: 400,
    reason: 'BadRequest',
    message: /cannot unmarshal array/,
  },
  {
    what: 'malformed YAML',
    path: configMaps,
    asking: post('a: [', yaml),
    code: 400,
    reason: 'BadRequest',
    message: /error converting YAML to JSON: yaml/,
  },
  {
    what: 'malformed protobuf',
    path: configMaps,
    asking: post('k8s\0\xff\xff\xff', { 'content-type': 'application/vnd.kubernetes.protobuf' }),
    code: 400,
    reason: 'BadRequest',
    message: /./,
  },
  {
    what: 'a body in a format unheard of',
    path: configMaps,
    asking: post('x', { 'content-type': 'text/csv' }),
    code: 415,
    reason: 'UnsupportedMediaType',
    message: /accepted media types include: application\/json/,
  },
  {
    what: 'another kind than the path says',
    path: configMaps,
    asking: post({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } }),
    code: 400,
    reason: 'BadRequest',
    message: /cannot be handled as a ConfigMap/,
  },
  {
    what: 'another version than the path says',
    path: configMaps,
    asking: post({ apiVersion: 'apps/v1', kind: 'ConfigMap', metadata: { name: 'x' } }),
    code: 400,
    reason: 'BadRequest',
    message: /the API version in the data \(apps\/v1\) does not match the expected API version \(v1\)/,
  },
  {
    what: 'unknown fields under Strict',
    path: `${configMaps}?fieldValidation=Strict`,
    asking: post(withField('unknown', 1)),
    code: 400,
    reason: 'BadRequest',
    message: /strict decoding error: unknown field "unknown"/,
  },
  {
    what: 'duplicate fields under Strict',
    path: `${configMaps}?fieldValidation=Strict`,
    asking: post('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"immutable":true,"immutable":false}'),
    code: 400,
    reason: 'BadRequest',
    message: /strict decoding error: duplicate field "immutable"/,
  },
  {
    what: 'a fieldValidation unheard of',
    path: `${configMaps}?fieldValidation=Sometimes`,
    asking: post(configMap('x')),
    code: 422,
    reason: 'Invalid',
    message: /fieldValidation: Unsupported value: "Sometimes": supported values: "Ignore", "Strict", "Warn"/,
  },
  {
    what: 'a dryRun unheard of',
    path: `${configMaps}?dryRun=Some`,
    asking: post(configMap('x')),
    code: 422,
    reason: 'Invalid',
    message: /dryRun/,
  },
  {
    what: 'wrong types',
    path: configMaps,
    asking: post(withField('data', { a: 1 })),
    code: 400,
    reason: 'BadRequest',
    message: /cannot unmarshal number/,
  },
  {
    what: 'a name that is no DNS name',
    path: configMaps,
    asking: post(configMap('Not_A_Name')),
    code: 422,
    reason: 'Invalid',
    message: /ConfigMap "Not_A_Name" is invalid: metadata.name: Invalid value: "Not_A_Name"/,
  },
  {
    what: 'no name',
    path: configMaps,
    asking: post({ apiVersion: 'v1', kind: 'ConfigMap' }),
    code: 422,
    reason: 'Invalid',
    message: /name or generateName is required/,
  },
  {
    what: 'another namespace than the path says',
    path: configMaps,
    asking: post({ ...configMap('x'), metadata: { name: 'x', namespace: 'other' } }),
    code: 400,
    reason: 'BadRequest',
    message: /the namespace of the provided object does not match the namespace sent on the request/,
  },
  {
    what: 'another name than the path says',
    path: `${configMaps}/there`,
    asking: { method: 'PUT', body: configMap('elsewhere') },
    code: 400,
    reason: 'BadRequest',
    message: /the name of the object \(elsewhere\) does not match the name on the URL \(there\)/,
  },
  {
    what: 'a body over 3 MiB',
    path: configMaps,
    asking: post(configMap('x', {}, { a: 'x'.repeat(3 * 1024 * 1024) })),
    code: 413,
    reason: 'RequestEntityTooLarge',
    message: /limit is 3145728/,
  },
  {
    what: 'a resourceVersion at creation',
    path: configMaps,
    asking: post({ ...configMap('x'), metadata: { name: 'x', resourceVersion: '7' } }),
    code: 400,
    reason: 'BadRequest',
    message: /resourceVersion should not be set on objects to be created/,
  },
  {
    what: 'a stale resourceVersion',
    path: `${configMaps}/there`,
    asking: { method: 'PUT', body: { ...configMap('there'), metadata: { name: 'there', resourceVersion: '1' } } },
    code: 409,
    reason: 'Conflict',
    message: /the object has been modified; please apply your changes to the latest version/,
  },
  {
    what: 'a second object of one name',
    path: configMaps,
    asking: post(configMap('there')),
    code: 409,
    reason: 'AlreadyExists',
    message: /configmaps "there" already exists/,
  },
  {
    what: 'an object that breaks a rule, of a name that is taken',
    path: configMaps,
    asking: post({ ...configMap('there'), data: { 'a b': '1' } }),
    code: 422,
    reason: 'Invalid',
    message: /ConfigMap "there" is invalid: data\[a b\]: Invalid value/,
  },
  {
    what: 'an object that does not say which it is',
    path: `${configMaps}/there`,
    asking: { method: 'PUT', body: { ...configMap('there'), metadata: {} } },
    code: 400,
    reason: 'BadRequest',
    message: /the name of the object \(there based on URL\) was undeterminable: name must be provided/,
  },
  {
    what: 'an object that is not there',
    path: `${configMaps}/nowhere`,
    code: 404,
    reason: 'NotFound',
    message: /configmaps "nowhere" not found/,
  },
  {
    what: 'an unknown kind',
    path: '/api/v1/namespaces/default/gadgets',
    code: 404,
    reason: 'NotFound',
    message: /the server could not find the requested resource/,
  },
  {
    what: 'an unknown group',
    path: '/apis/example.com/v1/gadgets',
    code: 404,
    reason: 'NotFound',
    message: /could not find the requested resource/,
  },
  { what: 'an unknown path', path: '/nothing/here', code: 404, reason: 'NotFound', message: /could not find/ },
  {
    what: 'an unknown subresource',
    path: `${configMaps}/there/scale`,
    code: 404,
    reason: 'NotFound',
    message: /could not find/,
  },
  {
    what: 'a verb that the resource does not know',
    path: '/api/v1/componentstatuses',
    asking: post({ apiVersion: 'v1', kind: 'ComponentStatus', metadata: { name: 'x' } }),
    code: 405,
    reason: 'MethodNotAllowed',
    message: /not supported/,
  },
  {
    what: 'a creation without a namespace',
    path: '/api/v1/configmaps',
    asking: post(configMap('x')),
    code: 405,
    reason: 'MethodNotAllowed',
    message: /not supported/,
  },
  {
    what: 'a method unheard of',
    path: configMaps,
    asking: { method: 'OPTIONS' },
    code: 405,
    reason: 'MethodNotAllowed',
    message: /./,
  },
  {
    what: 'a patch that is no JSON',
    path: `${configMaps}/there`,
    asking: patch('merge-patch+json', '{'),
    code: 400,
    reason: 'BadRequest',
    message: /error decoding patch/,
  },
  {
    what: 'a JSON patch that is no array',
    path: `${configMaps}/there`,
    asking: patch('json-patch+json', '{}'),
    code: 400,
    reason: 'BadRequest',
    message: /error decoding patch/,
  },
  {
    what: 'a JSON patch whose test fails',
    path: `${configMaps}/there`,
    asking: patch('json-patch+json', [{ op: 'test', path: '/metadata/name', value: 'x' }]),
    code: 422,
    reason: 'Invalid',
    message: /./,
  },
  {
    what: 'a JSON patch with too many operations',
    path: `${configMaps}/there`,
    asking: patch(
      'json-patch+json',
      Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/kind', value: 'ConfigMap' })),
    ),
    code: 413,
    reason: 'RequestEntityTooLarge',
    message: /The allowed maximum operations in a JSON patch is 10000, got 10001/,
  },
  {
    what: 'a patch of what is not there',
    path: `${configMaps}/nowhere`,
    asking: patch('merge-patch+json', {}),
    code: 404,
    reason: 'NotFound',
    message: /configmaps "nowhere" not found/,
  },
  {
    what: 'a patch that makes an invalid object',
    path: `${deployments}/web`,
    asking: patch('merge-patch+json', { spec: { replicas: -1 } }),
    code: 422,
    reason: 'Invalid',
    message: /spec.replicas: Invalid value: -1/,
  },
  {
    what: 'a patch with wrong types',
    path: `${deployments}/web`,
    asking: patch('strategic-merge-patch+json', { spec: { replicas: 'many' } }),
    code: 422,
    reason: 'Invalid',
    message: /patch: Invalid value: .* cannot unmarshal string/,
  },
  {
    what: 'a patch with unknown fields under Strict',
    path: `${configMaps}/there?fieldValidation=Strict`,
    asking: patch('merge-patch+json', { unknown: 1 }),
    code: 422,
    reason: 'Invalid',
    message: /strict decoding error: unknown field "unknown"/,
  },
  {
    what: 'a negative scale',
    path: `${deployments}/web/scale`,
    asking: patch('merge-patch+json', { spec: { replicas: -2 } }),
    code: 422,
    reason: 'Invalid',
    message: /must be greater than or equal to 0/,
  },
  {
    what: 'a deletion with two policies',
    path: `${configMaps}/there?propagationPolicy=Orphan&orphanDependents=true`,
    asking: { method: 'DELETE' },
    code: 422,
    reason: 'Invalid',
    message: /cannot be both set/,
  },
  {
    what: 'a deletion of another object of the name',
    path: `${configMaps}/there`,
    asking: { method: 'DELETE', body: { preconditions: { uid: 'another' } } },
    code: 409,
    reason: 'Conflict',
    message: /Precondition failed: UID in precondition: another/,
  },
  {
    what: 'a client that wants nothing but CBOR',
    path: configMaps,
    asking: { headers: { accept: 'application/cbor' } },
    code: 406,
    reason: 'NotAcceptable',
    message: /only the following media types are accepted/,
  },
  {
    what: 'a path with a broken escape',
    path: `${configMaps}/%zz`,
    code: 400,
    reason: 'BadRequest',
    message: /invalid URL escape/,
  },
  {
    what: 'a moment that is none',
    path: `/at/soon${configMaps}`,
    code: 400,
    reason: 'BadRequest',
    message: /RFC 3339/,
  },
]

describe('bad input', () => {
  const { client, server } = suiteServer()
  before(async () => {
    await client.post(configMaps, configMap('there'))
    await client.post(deployments, deployment('web'))
  })

  for (const { what, path, asking, code, reason, message } of cases)
    it(`${what}: ${code} ${reason}`, async () => {
      const before = server().cut.sequence
      const answer = await client.ask(path, asking)
      assert.equal(answer.status, code, answer.text)
      const status = answer.json
      assert.equal(status.kind, 'Status')
      assert.equal(status.status, 'Failure')
      assert.equal(status.reason, reason)
      assert.equal(status.code, code)
      assert.match(status.message, message)
      assert.equal(server().cut.sequence, before, 'nothing was written')
      assert.deepEqual(server().errors, [])
    })

  it('warns of unknown fields and drops them', async () => {
    const answer = await client.post(`${configMaps}?fieldValidation=Warn`, {
      ...withField('odd', 1),
      metadata: { name: 'warned' },
    })
    assert.equal(answer.status, 201)
    assert.match(String(answer.headers.warning), /299 - "unknown field \\"odd\\""/)
    assert.equal(answer.json.odd, undefined)
  })

  it('says nothing of them under Ignore', async () => {
    const answer = await client.post(`${configMaps}?fieldValidation=Ignore`, {
      ...withField('odd', 1),
      metadata: { name: 'quiet' },
    })
    assert.equal(answer.status, 201)
    assert.equal(answer.headers.warning, undefined)
  })

  it('warns of them in patches too', async () => {
    const answer = await client.ask(`${configMaps}/there`, patch('merge-patch+json', { unknown: 1 }))
    assert.equal(answer.status, 200)
    assert.match(String(answer.headers.warning), /unknown field/)
  })

  it('stops reading a body of unknown length at the limit, and answers', async () => {
    const answer = await client.ask(configMaps, {
      ...post('x'.repeat(8 * 1024 * 1024)),
      headers: { 'content-length': '', 'transfer-encoding': 'chunked' },
    })
    assert.equal(answer.status, 413)
  })

  it('reads YAML', async () => {
    const answer = await client.post(
      configMaps,
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y}\ndata: {a: "1"}\n',
      yaml,
    )
    assert.equal(answer.status, 201)
    assert.deepEqual(answer.json.data, { a: '1' })
  })
})
