import assert from 'node:assert/strict'
import { customResourceDefinitionController } from '@periplus/controllers'
import { guardedCluster } from '../security/guarded-cluster.ts'
import type { GuardedCluster } from '../security/guarded-cluster.ts'

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

const text = { type: 'string' }

const nested = (levels: number): object =>
  Array.from({ length: levels }).reduce<object>(inner => ({ type: 'array', items: inner }), text)

/** What somebody may write as the schema of a field, and whether it can be served. */
const schemas: readonly (readonly [string, unknown, 201 | 422])[] = [
  ['a combination of what is not', { ...text, allOf: [{ not: { enum: ['x'] } }] }, 201],
  ['a combination that is no list', { ...text, allOf: 'x' }, 422],
  ['a combination of nothing', { ...text, anyOf: [null] }, 201],
  ['no schema', null, 422],
  ['text for a schema below a list', { type: 'array', items: 'x' }, 422],
  ['a list for properties', { type: 'object', properties: [] }, 422],
  ['a schema below a list that is wrong', { type: 'array', items: { type: 'object', properties: { a: 5 } } }, 422],
  ['a pattern that takes for ever elsewhere', { ...text, pattern: '^(a+)+$' }, 201],
  ['a pattern that looks back', { ...text, pattern: '(a)\\1' }, 422],
  ['a pattern of a million letters', { ...text, pattern: 'a'.repeat(1_000_000) }, 422],
  ['a thousand levels', nested(1_000), 422],
  ['ten thousand values', { ...text, enum: Array.from({ length: 10_000 }, (_, i) => `v${i}`) }, 201],
  ['an inherited name for a type', { type: 'constructor' }, 422],
  ['an inherited name for a format', { ...text, format: 'constructor' }, 201],
  ['an inherited name for a format of numbers', { type: 'integer', format: 'constructor' }, 201],
]

describe('definitions of custom resources that mean no good', function () {
  this.timeout(120_000)
  let cluster: GuardedCluster
  before(async () => {
    cluster = await guardedCluster({ controllers: [customResourceDefinitionController] })
  })
  after(async () => {
    assert.deepEqual(cluster.errors, [])
    await cluster.stop()
  })

  const definition = (plural: string, field: unknown) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.example.com` },
    spec: {
      group: 'example.com',
      scope: 'Cluster',
      names: { plural, kind: plural },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { a: field } } } },
          },
        },
      ],
    },
  })

  schemas.forEach(([name, schema, status], i) =>
    it(`${status === 201 ? 'are served' : 'are refused'} with ${name}`, async () => {
      const plural = `thing${String.fromCharCode(97 + i)}`
      const answer = await cluster.admin.ask(definitions, { method: 'POST', body: definition(plural, schema) })
      assert.ok(answer.status === status || (status === 422 && answer.status === 400), answer.text.slice(0, 500))
      if (status !== 201) return
      const body = (a: unknown) => ({
        apiVersion: 'example.com/v1',
        kind: plural,
        metadata: { name: 'x' },
        spec: { a },
      })
      const path = `/apis/example.com/v1/${plural}`
      while ((await cluster.admin.ask(path)).status === 404);
      for (const a of ['v7', 7, `${'a'.repeat(40_000)}!`, '__proto__']) {
        const created = await cluster.admin.ask(path, { method: 'POST', body: body(a) })
        assert.ok([201, 409, 422].includes(created.status), `${created.status} ${created.text.slice(0, 300)}`)
      }
    }),
  )

  it('never take the place of what is there', async () => {
    const body = { ...definition('ingresses', text), metadata: { name: 'ingresses.networking.k8s.io' } }
    const taking = { ...body, spec: { ...body.spec, group: 'networking.k8s.io' } }
    assert.equal((await cluster.admin.ask(definitions, { method: 'POST', body: taking })).status, 422)
    const approved = {
      ...taking,
      metadata: { ...taking.metadata, annotations: { 'api-approved.kubernetes.io': 'unapproved' } },
    }
    assert.equal((await cluster.admin.ask(definitions, { method: 'POST', body: approved })).status, 201)
    const groups = await cluster.admin.ask('/apis/networking.k8s.io/v1')
    const { resources } = groups.json as { resources: { name: string; kind: string }[] }
    assert.equal(resources.find(({ name }) => name === 'ingresses')?.kind, 'Ingress')
  })
})
