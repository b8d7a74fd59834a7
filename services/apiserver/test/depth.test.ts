import assert from 'node:assert/strict'
import type { Answered } from './client.ts'
import { suiteServer } from './suite-server.ts'

describe('what nests', () => {
  const { client, server } = suiteServer()

  it('is kept as deep as it may be, and patches make it no deeper', async () => {
    const revisions = '/apis/apps/v1/namespaces/default/controllerrevisions'
    const nested = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)
    const body = (depth: number): string => `{"metadata":{"name":"deep"},"revision":1,"data":${nested(depth)}}`
    assert.equal((await client.post(revisions, body(1000))).status, 400)
    assert.equal((await client.post(revisions, body(900))).status, 201)
    const at = `/data${'/a'.repeat(900)}`
    const deeper = (type: string, text: string): Promise<Answered> =>
      client.ask(`${revisions}/deep`, {
        method: 'PATCH',
        headers: { 'content-type': `application/${type}` },
        body: text,
      })
    for (const patch of [
      `[{"op":"replace","path":"${at}","value":${nested(900)}}]`,
      `[{"op":"copy","from":"/data","path":"${at}"}]`,
    ]) {
      const grown = await deeper('json-patch+json', patch)
      assert.equal(grown.status, 422, grown.text.slice(0, 300))
      assert.match(grown.json.message, /exceeded max depth/)
    }
    for (const type of ['merge-patch+json', 'strategic-merge-patch+json']) {
      assert.ok((await deeper(type, `{"data":${nested(950)}}`)).status < 500, type)
      assert.equal((await deeper(type, `{"data":${nested(1001)}}`)).status, 400, type)
    }
    const long = await deeper(
      'json-patch+json',
      `[{"op":"replace","path":"/revision","value":"${'x'.repeat(1_000_000)}"}]`,
    )
    assert.equal(long.status, 422)
    assert.ok(long.text.length < 50_000, 'what is wrong is not repeated at length')
    assert.equal((await client.ask(`${revisions}/deep`)).status, 200)
    const schema = '{"type":"object","properties":{"a":'.repeat(450) + '{"type":"string"}' + '}}'.repeat(450)
    const definition = `{"metadata":{"name":"deeps.example.org"},"spec":{"group":"example.org","scope":"Cluster",
      "names":{"plural":"deeps","singular":"deep","kind":"Deep"},
      "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":${schema}}}]}}`
    const defined = await client.post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition)
    assert.ok(defined.status < 500, defined.text.slice(0, 300))
    assert.deepEqual(server().errors, [])
  })
})
