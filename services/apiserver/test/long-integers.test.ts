import assert from 'node:assert/strict'
import type { Answered } from './client.ts'
import { suiteServer } from './suite-server.ts'

const beyond = '3546343826724305833'
const path = '/apis/apps/v1/namespaces/default/controllerrevisions'
const revision = (name: string, number: string): string =>
  `{"apiVersion":"apps/v1","kind":"ControllerRevision","metadata":{"name":"${name}"},` +
  `"data":{"free":{"n":${number},"m":-${number}}},"revision":${number}}`

describe('integers beyond 2^53 in the API', () => {
  const { client } = suiteServer()

  const patch = (name: string, type: string, body: string): Promise<Answered> =>
    client.ask(`${path}/${name}`, { method: 'PATCH', headers: { 'content-type': `application/${type}` }, body })
  const holds = ({ status, text }: Answered, ...parts: readonly string[]): void => {
    assert.ok(status < 300, text)
    for (const part of parts) assert.ok(text.includes(part), `${part} in ${text}`)
  }

  it('are stored, read and listed digit for digit, in every form', async () => {
    holds(await client.post(path, revision('a', beyond)), `"revision":${beyond}`, `"m":-${beyond}`)
    holds(await client.ask(`${path}/a`), `"revision":${beyond}`)
    holds(await client.ask(path), `"free":{"n":${beyond},"m":-${beyond}}`)
    holds(await client.ask(`${path}/a?pretty=true`), `"revision": ${beyond}`)
    const yaml = { headers: { accept: 'application/yaml' } }
    holds(await client.ask(`${path}/a`, yaml), `revision: ${beyond}\n`)
    const table = { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } }
    holds(await client.ask(`${path}?includeObject=Object`, table), `"cells":["a","<none>",${beyond},`, `"n":${beyond}`)
  })

  it('are read out of YAML', async () => {
    const text = `apiVersion: apps/v1\nkind: ControllerRevision\nmetadata: {name: b}\nrevision: ${beyond}\ndata: {n: ${beyond}}\n`
    const headers = { 'content-type': 'application/yaml' }
    holds(await client.ask(path, { method: 'POST', headers, body: text }), `"revision":${beyond}`, `"n":${beyond}`)
  })

  it('are changed by patches, and by nothing else that a patch changes', async () => {
    await client.post(path, revision('c', beyond))
    const labels = '{"metadata":{"labels":{"a":"b"}}}'
    holds(await patch('c', 'merge-patch+json', labels), `"revision":${beyond}`, `"n":${beyond}`)
    holds(await patch('c', 'strategic-merge-patch+json', '{"metadata":{"labels":{"c":"d"}}}'), `"n":${beyond}`)
    const operations = '[{"op":"replace","path":"/revision","value":9223372036854775807}]'
    holds(await patch('c', 'json-patch+json', operations), '"revision":9223372036854775807', `"n":${beyond}`)
    holds(await patch('c', 'merge-patch+json', '{"revision":9223372036854775806}'), '"revision":9223372036854775806')
  })

  it('come in watches', async () => {
    await client.post(path, revision('d', beyond))
    const watched = await client.open(`${path}?watch=true&resourceVersion=0&fieldSelector=metadata.name%3Dd`)
    for await (const chunk of watched) {
      assert.ok(String(chunk).includes(`"revision":${beyond}`))
      break
    }
  })

  it('are refused beyond 64 bits', async () => {
    const refused = await client.post(path, revision('e', '9223372036854775808'))
    assert.equal(refused.status, 400)
    assert.match(
      refused.text,
      /json: cannot unmarshal number 9223372036854775808 into Go struct field ControllerRevision.revision of type int64/,
    )
  })
})
