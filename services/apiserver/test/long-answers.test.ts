import assert from 'node:assert/strict'
import { sharedTurn } from '@periplus/prelude'
import { parse } from 'yaml'
import { mostValues, protobufMediaType } from '@periplus/api'
import { configMap, configMaps } from './objects.ts'
import { suiteServer } from './suite-server.ts'

const as = (form: string): string => `application/json;as=${form};v=v1;g=meta.k8s.io`
const yaml = { accept: 'application/yaml' }

describe('what is long', function () {
  this.timeout(120_000)
  const { client, server } = suiteServer()
  before(async () => {
    await Promise.all(
      Array.from({ length: 450 }, (_, at) =>
        client.post(configMaps, configMap(`map-${at}`, { third: String(at % 3) }, { text: 'ü'.repeat(100) })),
      ),
    )
  })

  /** Ages go on meanwhile. */
  const withoutAges = (all: unknown[]): unknown[] =>
    all.map(one => {
      const { cells, ...rest } = one as { readonly cells?: unknown[] }
      return { ...rest, cells: cells?.slice(0, -1) }
    })

  const inPages = async (accept: string, of: 'items' | 'rows'): Promise<unknown[]> => {
    const found: unknown[] = []
    let after = ''
    do {
      const page = (await client.ask(`${configMaps}?limit=100${after}`, { headers: { accept } })).json
      found.push(...page[of])
      after = page.metadata.continue ? `&continue=${page.metadata.continue}` : ''
    } while (after !== '')
    return found
  }

  it('is answered in pieces as it is in pages', async () => {
    for (const [accept, of] of [
      ['application/json', 'items'],
      [as('PartialObjectMetadataList'), 'items'],
      [as('Table'), 'rows'],
    ] as const) {
      const { status, headers, json } = await client.ask(configMaps, { headers: { accept } })
      assert.deepEqual([status, headers['content-type']], [200, 'application/json'])
      assert.deepEqual(withoutAges(json[of]), withoutAges(await inPages(accept, of)))
      assert.equal(json.metadata.resourceVersion, String(server().cut.sequence))
    }
    const whole = await client.ask(configMaps, { headers: { accept: protobufMediaType } })
    const half = await client.ask(`${configMaps}?limit=150`, { headers: { accept: protobufMediaType } })
    assert.deepEqual([whole.status, half.status], [200, 200])
    assert.ok(whole.text.length > 2.5 * half.text.length)
    assert.equal((await client.ask(configMaps, { method: 'HEAD' })).text, '')
  })

  it('is written for people as it is for programs', async () => {
    const { json } = await client.ask(configMaps)
    const inYaml = await client.ask(configMaps, { headers: yaml })
    assert.equal(inYaml.headers['content-type'], 'application/yaml')
    assert.deepEqual(parse(inYaml.text), json)
    const pretty = await client.ask(`${configMaps}?pretty=true`)
    assert.deepEqual(pretty.json, json)
    assert.match(pretty.text, /^\{\n {2}"kind"/)
  })

  it('is searched through and shown to watches whole', async () => {
    const third = await client.ask(`${configMaps}?labelSelector=third%3D1`)
    assert.equal(third.json.items.length, 150)
    const watch = await client.open(`${configMaps}?watch=true&labelSelector=third%3D1`)
    let text = ''
    for await (const chunk of watch as AsyncIterable<Buffer>) {
      text += String(chunk)
      if (text.split('\n').length > 150) break
    }
    watch.destroy()
    assert.equal(text.match(/"type":"ADDED"/g)?.length, 150)
  })

  it('is not read where it has more values than anything needs, in no encoding and by no patch', async () => {
    const wide = (key: (at: number) => string) =>
      Object.fromEntries(Array.from({ length: mostValues }, (_, at) => [key(at), 'v']))
    const message = `Request entity too large: it has more than ${mostValues} values`
    const refused = async (method: string, path: string, type: string, body: unknown): Promise<void> => {
      const answer = await client.ask(path, { method, headers: { 'content-type': type }, body })
      assert.deepEqual(
        [answer.status, answer.json.reason, answer.json.message],
        [413, 'RequestEntityTooLarge', message],
      )
    }
    const json = JSON.stringify({ ...configMap('wide'), data: wide(at => `k${at}`) })
    await refused('POST', configMaps, 'application/json', json)
    await refused('POST', configMaps, 'application/yaml', json)
    const map = Buffer.from([0x12, 6, 0x0a, 1, 0x61, 0x12, 1, 0x62])
    const fields = Buffer.concat(Array<Buffer>(mostValues).fill(map))
    const size = [(fields.length & 0x7f) | 0x80, ((fields.length >> 7) & 0x7f) | 0x80, fields.length >> 14]
    const message_ = Buffer.concat([Buffer.from('k8s\0'), Buffer.from([0x12, ...size]), fields])
    await refused('POST', configMaps, protobufMediaType, message_)
    await refused(
      'PATCH',
      `${configMaps}/map-1`,
      'application/merge-patch+json',
      JSON.stringify({ data: wide(at => `k${at}`) }),
    )
    // Half as many more may come, and no second half.
    const more = (letter: string) => {
      const annotations = Object.fromEntries(
        Array.from({ length: mostValues * 0.6 }, (_, at) => [`${letter}${at}`, '']),
      )
      return JSON.stringify({ metadata: { annotations } })
    }
    const merge = { method: 'PATCH', headers: { 'content-type': 'application/merge-patch+json' } }
    assert.equal((await client.ask(`${configMaps}/map-1`, { ...merge, body: more('a') })).status, 200)
    await refused('PATCH', `${configMaps}/map-1`, 'application/merge-patch+json', more('b'))
  })

  it('has its turns with others between them', async () => {
    let round = 0
    let working = true
    const look = (): void => {
      round++
      if (working) setImmediate(look)
    }
    look()
    const told: (readonly [string, number])[] = []
    const work = async (name: string): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        await sharedTurn.next()
        told.push([name, round])
        // Who has little to do shares a turn.
        for (const until = performance.now() + 10; performance.now() < until;);
      }
    }
    await Promise.all([work('a'), work('b')])
    working = false
    assert.deepEqual(
      told.map(([name]) => name),
      ['a', 'b', 'a', 'b', 'a', 'b'],
    )
    // However many work, the event loop comes round between two turns.
    assert.equal(new Set(told.map(([, at]) => at)).size, 6)
  })
})
