import assert from 'node:assert/strict'
import protobuf from 'protobufjs'
import {
  openApiHashInSteps,
  openApiV2,
  openApiV2InSteps,
  openApiV2Protobuf,
  openApiV2ProtobufInSteps,
  openApiV3,
  openApiV3Index,
  schema,
} from '@periplus/api'
import { atOnce } from '@periplus/prelude'
import { restsOf } from '../rests-of.ts'
import type { OpenApiSources } from '@periplus/api'
import { builtinKinds, fieldWords, listSchema, requestBodies } from '@periplus/kinds'

interface Definition {
  readonly required?: readonly string[]
  readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly 'x-kubernetes-group-version-kind'?: unknown
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>
  readonly definitions: Readonly<Record<string, Definition>>
  readonly components: { readonly schemas: Readonly<Record<string, Definition>> }
}

const sources: OpenApiSources = {
  kinds: builtinKinds,
  bodies: requestBodies,
  listSchema,
  version: 'v1.35.0',
  fieldWords,
  produces: ['application/json'],
}

/** The part of gnostic's OpenAPIv2.proto that kubectl's explain and validation read. */
const gnostic = protobuf.parse(`syntax = "proto3";
message Document { string swagger = 1; Definitions definitions = 9; }
message Definitions { repeated NamedSchema all = 1; }
message NamedSchema { string name = 1; Schema value = 2; }
message Properties { repeated NamedSchema all = 1; }
message Schema { string ref = 1; string format = 2; repeated string required = 19; Properties properties = 25; }
`).root

const references = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : references(inner),
  )
}

describe('OpenAPI v2', () => {
  const document = openApiV2(sources) as unknown as Document

  it('says something of every field', () => {
    const silent = Object.entries(document.definitions).flatMap(([name, { properties = {} }]) =>
      Object.keys(properties)
        .filter(field => !properties[field]?.description)
        .map(field => `${name}.${field}`),
    )
    assert.deepEqual(silent, [])
  })

  it('defines everything that it refers to', () => {
    const wanted = new Set(references(document))
    assert.ok(wanted.size > 500)
    for (const reference of wanted)
      assert.ok(Object.hasOwn(document.definitions, reference.replace('#/definitions/', '')), reference)
  })

  it('carries what kubectl merges by', () => {
    const containers = document.definitions['io.k8s.api.core.v1.PodSpec']?.properties.containers
    assert.equal(containers?.type, 'array')
    assert.equal(containers?.['x-kubernetes-patch-merge-key'], 'name')
    assert.equal(containers?.['x-kubernetes-patch-strategy'], 'merge')
    assert.deepEqual(containers?.['x-kubernetes-list-map-keys'], ['name'])
    assert.deepEqual(document.definitions['io.k8s.api.core.v1.PodSpec']?.required, ['containers'])
    assert.deepEqual(document.definitions['io.k8s.api.apps.v1.Deployment']?.['x-kubernetes-group-version-kind'], [
      { group: 'apps', kind: 'Deployment', version: 'v1' },
    ])
  })

  it('has the paths of kubectl, with what they do', () => {
    const item = document.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']
    assert.deepEqual(Object.keys(item ?? {}).sort(), ['delete', 'get', 'parameters', 'patch', 'put'])
    assert.equal(item?.patch?.['x-kubernetes-action'], 'patch')
    assert.equal(item?.patch?.operationId, 'patchAppsV1NamespacedDeployment')
    assert.ok((item?.patch?.parameters as readonly { name: string }[]).some(({ name }) => name === 'fieldValidation'))
    assert.equal(document.paths['/apis/apps/v1/deployments']?.get?.operationId, 'listAppsV1DeploymentForAllNamespaces')
    assert.ok(document.paths['/api/v1/namespaces/{namespace}/pods/{name}/eviction']?.post)
    assert.ok(document.paths['/api/v1/nodes/{name}/status']?.put)
  })

  it('names every operation once', () => {
    const ids = Object.values(document.paths).flatMap(path =>
      Object.values(path).flatMap(operation => (operation.operationId === undefined ? [] : [operation.operationId])),
    )
    assert.equal(new Set(ids).size, ids.length)
  })

  it("has gnostic's protobuf form, of which client-go reads the definitions", () => {
    const written = openApiV2Protobuf(openApiV2(sources))
    const { definitions } = gnostic.lookupType('Document').decode(written) as unknown as {
      definitions: { all: { name: string; value: { required: string[]; properties: { all: { name: string }[] } } }[] }
    }
    assert.deepEqual(
      definitions.all.map(({ name }) => name),
      Object.keys(document.definitions),
    )
    const podSpec = definitions.all.find(({ name }) => name === 'io.k8s.api.core.v1.PodSpec')?.value
    assert.deepEqual(podSpec?.required, ['containers'])
    assert.deepEqual(
      podSpec?.properties.all.map(({ name }) => name),
      Object.keys(document.definitions['io.k8s.api.core.v1.PodSpec']?.properties ?? {}),
    )
  })

  it('is the same every time', () => {
    assert.equal(JSON.stringify(openApiV2(sources)), JSON.stringify(document))
  })
})

describe('OpenAPI v3', () => {
  const documents = openApiV3(sources)

  it('has one document for each group and version, whole in itself', () => {
    assert.ok(documents.has('api/v1') && documents.has('apis/apps/v1'))
    for (const [path, whole] of documents) {
      const document = whole as unknown as Document
      for (const reference of new Set(references(document)))
        assert.ok(
          Object.hasOwn(document.components.schemas, reference.replace('#/components/schemas/', '')),
          `${path}: ${reference}`,
        )
    }
  })

  it('says that numbers are texts, too, where they are', () => {
    const document = documents.get('apis/apps/v1') as unknown as Document
    assert.deepEqual(document.components.schemas['io.k8s.apimachinery.pkg.util.intstr.IntOrString'], {
      format: 'int-or-string',
      oneOf: [{ type: 'integer' }, { type: 'string' }],
    })
  })

  it('is found through an index with hashes', () => {
    const hash = atOnce(openApiHashInSteps([Buffer.from('{'), Buffer.from('}')]))
    assert.equal(hash, atOnce(openApiHashInSteps([Buffer.from('{}')])))
    assert.match(hash, /^[0-9A-F]{128}$/)
    assert.deepEqual(openApiV3Index(new Map([['apis/apps/v1', hash]])), {
      paths: { 'apis/apps/v1': { serverRelativeURL: `/openapi/v3/apis/apps/v1?hash=${hash}` } },
    })
  })
})

describe('documents of a custom kind with very many members', () => {
  const count = 12_800
  const properties = Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, { type: 'string' }]))
  const [plain] = builtinKinds
  assert.ok(plain)
  const rest = { prune: (value: object) => value, openApi: { type: 'object', properties } }
  const wide = {
    ...plain,
    schema: schema.struct('com.example.v1.Wide', { kind: schema.optional(1, schema.string) }, { rest }),
  }
  const custom: OpenApiSources = { ...sources, kinds: [wide] as never }

  it('are made in steps', () => {
    const rests = restsOf(openApiV2InSteps(custom))
    assert.ok(rests > count / 128, `${rests} rests`)
    assert.ok(Object.hasOwn(openApiV2(custom)['definitions'] as object, 'com.example.v1.Wide'))
  })

  it('are written in steps, as protobuf too', () => {
    const rests = restsOf(openApiV2ProtobufInSteps(openApiV2(custom)))
    assert.ok(rests > count / 128, `${rests} rests`)
  })
})
