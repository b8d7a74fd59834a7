import assert from 'node:assert/strict'
import { connect } from 'node:http2'
import type { Kind, Schema } from '@periplus/api'
import { builtinKinds } from '@periplus/kinds'
import { guardedCluster } from './guarded-cluster.ts'
import type { Answer, GuardedCluster } from './guarded-cluster.ts'

/** What every record of JavaScript seems to hold, whoever asks it by a client's word. */
const words = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__']

const deepest = 12

/** A value of the schema in which every string is the word, and every map's key. */
const saying = (word: string, schema: Schema<unknown>, depth = 0): unknown => {
  const { shape } = schema
  switch (shape.tag) {
    case 'lazy':
      return depth > 3 ? undefined : saying(word, shape.get(), depth + 3)
    case 'list':
      return depth > deepest ? [] : [saying(word, shape.of, depth + 1)]
    case 'map':
      return depth > deepest ? {} : Object.fromEntries([[word, saying(word, shape.of, depth + 1)]])
    case 'struct':
      return Object.fromEntries(
        Object.entries(shape.fields).flatMap(([name, field]) => {
          if (name === 'apiVersion' || name === 'kind') return depth === 0 ? [] : [[name, word]]
          return [[name, saying(word, field.schema, depth + 1)]]
        }),
      )
    case 'scalar':
      switch (shape.scalar) {
        case 'boolean':
          return true
        case 'int32':
        case 'int64':
        case 'double':
          return 1
        case 'bytes':
          return 'eA=='
        case 'time':
        case 'micro-time':
          return '2026-01-01T00:00:00Z'
        case 'quantity':
          return '1'
        case 'raw-object':
        case 'raw-any':
          return Object.fromEntries([[word, word]])
        default:
          return word
      }
  }
}

const collectionOf = ({ group, version, resource, namespaced }: Kind): string =>
  `${group === '' ? `/api/${version}` : `/apis/${group}/${version}`}${namespaced ? '/namespaces/default' : ''}/${resource}`

describe('no record is looked up by a word of the client', function () {
  this.timeout(120_000)
  let cluster: GuardedCluster
  before(async () => {
    cluster = await guardedCluster()
    for (const kind of ['configmaps', 'secrets'])
      await cluster.admin.ask(`/api/v1/namespaces/default/${kind}`, {
        method: 'POST',
        body: { metadata: { name: 'x' } },
      })
  })
  after(async () => {
    await cluster.stop()
    assert.deepEqual(cluster.errors, [])
  })

  /** Neither a bug nor taken for something that it isn't. */
  const refused = (what: string, { status, text }: Answer): string[] =>
    status >= 400 && status < 500 ? [] : [`${what}: ${status} ${text.slice(0, 200)}`]
  const noBug = (what: string, { status, text }: Answer): string[] =>
    status < 500 ? [] : [`${what}: ${status} ${text.slice(0, 200)}`]

  it('in a path', async () => {
    const wrong: string[] = []
    for (const word of words)
      for (const path of [
        `/${word}`,
        `/api/${word}`,
        `/api/${word}/pods`,
        `/apis/${word}`,
        `/apis/${word}/v1`,
        `/apis/${word}/v1/pods`,
        `/apis/apps/${word}`,
        `/apis/apps/${word}/deployments`,
        `/api/v1/${word}`,
        `/api/v1/${word}/x`,
        `/api/v1/namespaces/default/${word}`,
        `/api/v1/namespaces/default/configmaps/${word}`,
        `/api/v1/namespaces/default/configmaps/x/${word}`,
        `/api/v1/namespaces/${word}`,
        `/api/v1/watch/${word}`,
        `/at/${word}/api/v1/pods`,
        `/at/1/${word}`,
        `/openapi/v3/${word}`,
        `/openapi/${word}`,
        `/healthz/${word}`,
        `/readyz/${word}`,
        `/.well-known/${word}`,
      ])
        for (const method of ['GET', 'POST', 'DELETE'])
          wrong.push(...refused(`${method} ${path}`, await cluster.admin.ask(path, { method })))
    assert.deepEqual(wrong, [])
  })

  it('in a query', async () => {
    const wrong: string[] = []
    const maps = '/api/v1/namespaces/default/configmaps'
    for (const word of words) {
      for (const query of [
        `fieldSelector=${word}%3Dx`,
        `labelSelector=a%20${word}%20(b)`,
        `resourceVersionMatch=${word}`,
        `resourceVersion=${word}`,
        `includeObject=${word}`,
        `limit=${word}`,
        `continue=${word}`,
      ])
        wrong.push(...refused(query, await cluster.admin.ask(`${maps}?${query}`)))
      for (const query of [`fieldValidation=${word}`, `dryRun=${word}`]) {
        const asking = { method: 'POST', body: { metadata: { name: 'y' } } }
        wrong.push(...refused(query, await cluster.admin.ask(`${maps}?${query}`, asking)))
      }
      for (const query of [`propagationPolicy=${word}`, `dryRun=${word}`, `gracePeriodSeconds=${word}`])
        wrong.push(...refused(query, await cluster.admin.ask(`${maps}/x?${query}`, { method: 'DELETE' })))
      for (const query of [`${word}=${word}`, `labelSelector=${word}`, `pretty=${word}`])
        wrong.push(...noBug(query, await cluster.admin.ask(`${maps}?${query}`)))
    }
    assert.deepEqual(wrong, [])
  })

  it('in a header', async () => {
    const wrong: string[] = []
    const maps = '/api/v1/namespaces/default/configmaps'
    for (const word of words) {
      for (const accept of [
        word,
        `application/${word}`,
        `application/json;as=${word};v=v1;g=meta.k8s.io`,
        `application/json;as=Table;v=${word};g=meta.k8s.io`,
      ])
        wrong.push(...refused(`accept ${accept}`, await cluster.admin.ask(maps, { headers: { accept } })))
      for (const [method, path] of [
        ['POST', maps],
        ['PATCH', `${maps}/x`],
      ] as const) {
        const headers = { 'content-type': word }
        wrong.push(...refused(`${method} as ${word}`, await cluster.admin.ask(path, { method, headers, body: '{}' })))
      }
      const headers = { 'impersonate-user': word, [`impersonate-extra-${word}`]: word }
      const whoami = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
      const { status, text } = await cluster.admin.ask(whoami, { method: 'POST', headers, body: {} })
      assert.equal(status, 201)
      const said = JSON.parse(text) as { status: { userInfo: { extra?: object } } }
      assert.deepEqual(Object.entries(said.status.userInfo.extra ?? {}), [[word.toLowerCase(), [word]]])
    }
    for (const broken of ['%zz', '%', '%ff', 'a%2']) {
      const headers = { 'impersonate-user': 'x', [`impersonate-extra-${broken}`]: 'x' }
      const { status, reason } = await cluster.admin.ask(maps, { headers })
      assert.deepEqual([broken, status, reason], [broken, 400, 'BadRequest'])
    }
    assert.deepEqual(wrong, [])
  })

  it('as a method', async () => {
    const session = connect(cluster.url, { ca: cluster.ca })
    try {
      for (const word of words)
        for (const path of ['/api/v1/pods', '/version', '/api/v1/watch/pods']) {
          const stream = session.request({ ':method': word, ':path': path })
          const status = await new Promise<number>((resolve, reject) => {
            stream.on('response', headers => resolve(headers[':status'] ?? 0))
            stream.on('error', reject)
            stream.end()
          })
          stream.close()
          assert.ok(status >= 400 && status < 500, `${word} ${path}: ${status}`)
        }
    } finally {
      session.close()
    }
  })

  it('in a body of any kind', async () => {
    const wrong: string[] = []
    for (const word of words.slice(0, 3))
      for (const kind of builtinKinds.filter(({ verbs }) => verbs.includes('create'))) {
        const body = saying(word, kind.schema) as { metadata: object }
        const named = { ...body, metadata: { name: 'x', labels: Object.fromEntries([[word, word]]) } }
        const path = `${collectionOf(kind)}?dryRun=All`
        for (const one of [body, named, Object.fromEntries([[word, {}], ...Object.entries(named)])])
          wrong.push(...noBug(`${kind.kind} ${word}`, await cluster.admin.ask(path, { method: 'POST', body: one })))
      }
    assert.deepEqual([...new Set(wrong)], [])
  })

  it('in a patch', async () => {
    const wrong: string[] = []
    const path = '/api/v1/namespaces/default/configmaps/x'
    for (const word of words) {
      const patches: readonly (readonly [type: string, body: unknown])[] = [
        ['merge-patch', Object.fromEntries([[word, { polluted: 'x' }]])],
        ['merge-patch', { metadata: { labels: Object.fromEntries([[word, { polluted: 'x' }]]) } }],
        ['strategic-merge-patch', { $patch: word }],
        ['strategic-merge-patch', { $retainKeys: [word] }],
        ['strategic-merge-patch', Object.fromEntries([[`$setElementOrder/${word}`, [word]]])],
        ['strategic-merge-patch', Object.fromEntries([[word, { polluted: 'x' }]])],
        ...['add', 'remove', 'replace', 'test', 'move', 'copy', word].flatMap(op =>
          [`/${word}`, `/${word}/polluted`, `/metadata/${word}/polluted`, `/metadata/labels/${word}`].map(
            at => ['json-patch', [{ op, path: at, from: at, value: 'x' }]] as const,
          ),
        ),
      ]
      for (const [type, body] of patches) {
        const headers = { 'content-type': `application/${type}+json` }
        wrong.push(
          ...noBug(
            `${type} ${JSON.stringify(body)}`,
            await cluster.admin.ask(path, { method: 'PATCH', headers, body }),
          ),
        )
      }
    }
    assert.deepEqual(wrong, [])
    assert.equal(({} as { polluted?: unknown }).polluted, undefined)
    assert.equal((Object as unknown as { polluted?: unknown }).polluted, undefined)
  })

  it('as a type of Secret', async () => {
    for (const word of words) {
      const secret = { metadata: { name: `type-${words.indexOf(word)}` }, type: word }
      const { status } = await cluster.admin.ask('/api/v1/namespaces/default/secrets', { method: 'POST', body: secret })
      assert.equal(status, 201, word)
    }
  })
})
