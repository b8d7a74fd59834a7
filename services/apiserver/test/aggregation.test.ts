import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { E, systemClock } from '@periplus/prelude'
import { builtInAdmission, createCommands } from '@periplus/commands'
import { kindsAt } from '@periplus/custom'
import { APIService } from '@periplus/kinds'
import { memoryEventLog } from '@periplus/log'
import { startLiveCut } from '@periplus/projection'
import type { LiveCut } from '@periplus/projection'
import { issued, selfSigned } from '@periplus/webhooks/contract'
import { keepApiServices } from '../src/index.ts'
import { ensurePki } from '../src/security/index.ts'
import { clientOf } from './client.ts'
import type { Client } from './client.ts'
import { kubectlOf } from './kubectl.ts'
import type { Kubectl } from './kubectl.ts'
import { namespace } from './objects.ts'
import { startTestServer } from './server.ts'
import type { TestServer } from './server.ts'
import { watching } from './watching.ts'

const [group, version] = ['wardle.example.com', 'v1alpha1']
const root = `/apis/${group}/${version}`
const services = '/apis/apiregistration.k8s.io/v1/apiservices'

type Json = Readonly<Record<string, Readonly<Record<string, unknown>>>>

interface Heard {
  readonly method: string
  readonly url: string
  readonly peer: string
  readonly identity: Readonly<Record<string, unknown>>
  readonly authorization: string | undefined
}

const flunder = (name: string) => ({
  apiVersion: `${group}/${version}`,
  kind: 'Flunder',
  metadata: { name, namespace: 'default', uid: name, resourceVersion: '7', creationTimestamp: '2026-01-01T00:00:00Z' },
})

const definition = 'com.example.wardle.v1alpha1.Flunder'
const gvk = [{ group, version, kind: 'Flunder' }]
const flunderSchema = {
  type: 'object',
  description: 'A flunder is whatever you want it to be.',
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    spec: { type: 'object', properties: { colour: { type: 'string', description: 'What it looks like.' } } },
  },
  'x-kubernetes-group-version-kind': gvk,
}

/** What a server says of its API in OpenAPI, in either version. */
const openApiOf = (pathname: string): unknown => {
  const path = `${root}/namespaces/{namespace}/flunders`
  const operation = {
    operationId: 'listFlunder',
    'x-kubernetes-action': 'list',
    'x-kubernetes-group-version-kind': gvk[0],
  }
  const info = { title: 'wardle', version: '1' }
  switch (pathname) {
    case '/openapi/v3':
      return { paths: { [root.slice(1)]: { serverRelativeURL: `/openapi/v3${root}?hash=ABC` }, version: {} } }
    case `/openapi/v3${root}`:
      return {
        openapi: '3.0.0',
        info,
        paths: { [path]: { get: { ...operation, responses: { 200: { description: 'OK' } } } } },
        components: { schemas: { [definition]: flunderSchema } },
      }
    case '/openapi/v2':
      return {
        swagger: '2.0',
        info,
        paths: {
          [path]: { get: { ...operation, responses: { 200: { schema: { $ref: `#/definitions/${definition}` } } } } },
          '/apis/apps/v1/deployments': { get: { operationId: 'whatIsNotItsOwn' } },
        },
        definitions: {
          [definition]: {
            ...flunderSchema,
            properties: { ...flunderSchema.properties, at: { $ref: `#/definitions/${metaTime}` } },
          },
          [metaTime]: { type: 'string', description: 'another time' },
          unused: { type: 'string' },
        },
      }
    default:
      return undefined
  }
}

const metaTime = 'io.k8s.apimachinery.pkg.apis.meta.v1.Time'

/** A server of an API of its own, which believes nobody but the front proxy about who asks. */
const wardle = async (frontProxyCa: string) => {
  const tls = await issued(['sample-api.wardle.svc'])
  const heard: Heard[] = []
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'https://x')
    const json = (value: unknown, code = 200): void => {
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    }
    const openApi = openApiOf(pathname)
    if (openApi) return json(openApi)
    if (pathname === root)
      return json({
        kind: 'APIResourceList',
        apiVersion: 'v1',
        groupVersion: `${group}/${version}`,
        resources: [
          {
            name: 'flunders',
            singularName: 'flunder',
            namespaced: true,
            kind: 'Flunder',
            verbs: ['create', 'get', 'list', 'watch'],
          },
          { name: 'flunders/status', singularName: '', namespaced: true, kind: 'Flunder', verbs: ['get'] },
        ],
      })
    if (pathname === `${root}/namespaces/default/flunders/one`) return json(flunder('one'))
    if (pathname === `${root}/namespaces/default/flunders` && searchParams.get('watch')) {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write(`${JSON.stringify({ type: 'ADDED', object: flunder('one') })}\n`)
      return
    }
    if (pathname === `${root}/namespaces/default/flunders`) {
      if (request.method !== 'POST')
        return json({ kind: 'FlunderList', apiVersion: `${group}/${version}`, metadata: {}, items: [flunder('one')] })
      let body = ''
      request.on('data', (piece: Buffer) => (body += piece.toString()))
      request.on('end', () => json(JSON.parse(body), 201))
      return
    }
    json(
      { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404, message: 'flunder gone' },
      404,
    )
  }
  const server = createServer(
    { ...tls, requestCert: true, rejectUnauthorized: true, ca: frontProxyCa },
    (request, response) => {
      const { headers } = request
      heard.push({
        method: request.method ?? '',
        url: request.url ?? '',
        peer: String((request.socket as TLSSocket).getPeerCertificate().subject.CN),
        identity: Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-remote-'))),
        authorization: headers.authorization,
      })
      answer(request, response)
    },
  )
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    heard,
    port: (server.address() as AddressInfo).port,
    caBundle: Buffer.from(tls.cert).toString('base64'),
    close: (): Promise<void> =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Waits for what the condition of an APIService comes to say. */
const availability = (cut: LiveCut, name: string, status: string, reason: string): Promise<string> =>
  new Promise(resolve => {
    const look = (): void => {
      const found = cut.get(APIService, '', name)?.status?.conditions?.find(({ type }) => type === 'Available')
      if (found?.status !== status || found.reason !== reason) return
      stop()
      resolve(found.message ?? '')
    }
    const stop = cut.subscribe(look)
    look()
  })

describe('an API that another server answers for', function () {
  this.timeout(60_000)
  let home: string
  let backend: Awaited<ReturnType<typeof wardle>>
  let server: TestServer
  let client: Client
  let kubectl: Kubectl
  let cut: LiveCut
  const open: { close?(): unknown; stop?(): unknown }[] = []

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'periplus-aggregation-'))
    const pki = await ensurePki({ home, clock: systemClock })
    backend = await wardle(pki.frontProxy.ca)
    const log = memoryEventLog()
    const running = await startLiveCut({ log })
    cut = running.cut
    const commands = createCommands({ cut, log, kindsAt, admission: builtInAdmission })
    const resolve = () => E.right({ host: '127.0.0.1', port: backend.port })
    const deps = { resolve, frontProxy: pki.frontProxy.client }
    const onBug = (error: unknown): never => {
      throw error as Error
    }
    const kept = keepApiServices({ ...deps, cut, kindsAt, commands, clock: systemClock, onBug })
    open.push(backend, running, kept)
    server = await startTestServer({ log, cut, commands, aggregation: { ...deps, known: kept.known } })
    client = clientOf(server)
    kubectl = await kubectlOf(server)
    for (const name of ['default', 'wardle']) await client.post('/api/v1/namespaces', namespace(name))
  })
  after(async () => {
    await kubectl.remove()
    await server.stop()
    for (const one of open.reverse()) await (one.stop ?? one.close)?.()
    await rm(home, { recursive: true })
    assert.deepEqual(server.errors, [])
  })

  const spec = () => ({
    group,
    version,
    groupPriorityMinimum: 2000,
    versionPriority: 200,
    caBundle: backend.caBundle,
    service: { namespace: 'wardle', name: 'sample-api', port: 7443 },
  })

  it('is not available before its service is there, and its server answers', async () => {
    const made = await client.post(services, { metadata: { name: `${version}.${group}` }, spec: spec() })
    assert.equal(made.status, 201, made.text)
    assert.equal(made.headers.warning, undefined)
    assert.equal(
      await availability(cut, `${version}.${group}`, 'False', 'ServiceNotFound'),
      'service/sample-api in "wardle" is not present',
    )
    assert.equal((await client.ask(`${root}/namespaces/default/flunders`)).status, 503)
    const ports = [{ port: 7443, protocol: 'TCP', targetPort: backend.port }]
    const cidr = { metadata: { name: 'kubernetes' }, spec: { cidrs: ['10.96.0.0/16'] } }
    assert.equal((await client.post('/apis/networking.k8s.io/v1/servicecidrs', cidr)).status, 201)
    await client.post('/api/v1/namespaces/wardle/services', { metadata: { name: 'sample-api' }, spec: { ports } })
    await availability(cut, `${version}.${group}`, 'False', 'EndpointsNotFound')
    await client.post('/apis/discovery.k8s.io/v1/namespaces/wardle/endpointslices', {
      metadata: { name: 'sample-api', labels: { 'kubernetes.io/service-name': 'sample-api' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: false } }],
      ports: [{ name: '', port: backend.port, protocol: 'TCP' }],
    })
    await availability(cut, `${version}.${group}`, 'False', 'MissingEndpoints')
    const ref = { group: 'discovery.k8s.io', resource: 'endpointslices', namespace: 'wardle', name: 'sample-api' }
    const endpoints = [{ addresses: ['10.0.0.1'], conditions: { ready: true } }]
    const object = { ...cut.entry(ref)?.object(), endpoints }
    const slice = await client.ask('/apis/discovery.k8s.io/v1/namespaces/wardle/endpointslices/sample-api', {
      method: 'PUT',
      body: object,
    })
    assert.equal(slice.status, 200, slice.text)
    assert.equal(await availability(cut, `${version}.${group}`, 'True', 'Passed'), 'all checks passed')
  })

  it('is asked for in the name of whoever asks, which the client has no say in', async () => {
    backend.heard.length = 0
    const { status, json } = await client.ask(`${root}/namespaces/default/flunders/one?pretty=true`, {
      headers: {
        'x-test-user': 'anna',
        'x-remote-user': 'root',
        'x-remote-group': 'system:masters',
        authorization: 'Bearer x',
      },
    })
    assert.deepEqual([status, json.metadata.name], [200, 'one'])
    // What this server asks on its own account may come between.
    const heard = backend.heard.filter(({ identity }) => identity['x-remote-user'] !== 'system:kube-aggregator')
    assert.deepEqual(heard, [
      {
        method: 'GET',
        url: `${root}/namespaces/default/flunders/one?pretty=true`,
        peer: 'front-proxy-client',
        identity: { 'x-remote-user': 'anna', 'x-remote-group': 'system:masters, system:authenticated' },
        authorization: undefined,
      },
    ])
  })

  it('takes bodies, answers refusals of its own, and is watched', async () => {
    const made = await client.post(`${root}/namespaces/default/flunders`, flunder('two'))
    assert.deepEqual([made.status, made.json.metadata.name], [201, 'two'])
    const gone = await client.ask(`${root}/namespaces/default/flunders/none`)
    assert.deepEqual([gone.status, gone.json.message], [404, 'flunder gone'])
    const watch = await watching(client, `${root}/namespaces/default/flunders?watch=true`)
    assert.equal((await watch.next()).object.metadata.name, 'one')
    watch.stop()
  })

  it('is discovered beside this server’s own', async () => {
    const groups = (await client.ask('/apis')).json.groups as { name: string; preferredVersion: { version: string } }[]
    assert.equal(groups.find(({ name }) => name === group)?.preferredVersion.version, version)
    assert.ok(groups.some(({ name }) => name === 'apps'))
    assert.equal((await client.ask(`/apis/${group}`)).json.name, group)
    assert.equal((await client.ask(root)).json.kind, 'APIResourceList')
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
    const { items } = (await client.ask('/apis', { headers: { accept } })).json
    const found = (items as { metadata: { name: string }; versions: unknown }[]).find(
      ({ metadata }) => metadata.name === group,
    )
    const responseKind = { group, version, kind: 'Flunder' }
    assert.deepEqual(found?.versions, [
      {
        version,
        resources: [
          {
            ...{ resource: 'flunders', responseKind, scope: 'Namespaced', singularResource: 'flunder' },
            verbs: ['create', 'get', 'list', 'watch'],
            subresources: [{ subresource: 'status', responseKind, verbs: ['get'] }],
          },
        ],
        freshness: 'Current',
      },
    ])
  })

  it('is described beside this server’s own, and explained by kubectl', async () => {
    const index = (await client.ask('/openapi/v3')).json.paths as Record<string, { serverRelativeURL: string }>
    assert.deepEqual(index[root.slice(1)], { serverRelativeURL: `/openapi/v3${root}?hash=ABC` })
    assert.ok(index['apis/apps/v1'])
    const v3 = await client.ask(`/openapi/v3${root}?hash=ABC`)
    assert.deepEqual(Object.keys(v3.json.components.schemas), [definition])
    assert.match(await kubectl.ok('explain', 'flunders.spec.colour'), /What it looks like\./)

    const { paths, definitions } = (await client.ask('/openapi/v2')).json as Record<string, Record<string, Json>>
    assert.deepEqual(
      Object.keys(paths ?? {}).filter(path => path.includes(group)),
      [`${root}/namespaces/{namespace}/flunders`],
    )
    assert.notEqual(paths?.['/apis/apps/v1/deployments']?.['get']?.['operationId'], 'whatIsNotItsOwn')
    assert.deepEqual(definitions?.[`${metaTime}_v2`], { type: 'string', description: 'another time' })
    assert.notEqual(definitions?.[metaTime]?.['description'], 'another time')
    assert.equal(definitions?.['unused'], undefined)
    const { at } = definitions?.[definition]?.['properties'] as Record<string, unknown>
    assert.deepEqual(at, { $ref: `#/definitions/${metaTime}_v2` })
    const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'
    const protobuf = await client.ask('/openapi/v2', { headers: { accept } })
    assert.equal(protobuf.status, 200)
    assert.ok(protobuf.text.includes(definition))
  })

  it('is got with kubectl', async () => {
    assert.match(
      await kubectl.ok('api-resources', '--no-headers'),
      /^flunders\s+wardle\.example\.com\/v1alpha1\s+true\s+Flunder$/m,
    )
    assert.match(await kubectl.ok('get', 'flunders', '--no-headers'), /^one\s/)
    assert.match(
      await kubectl.ok('get', 'apiservices', `${version}.${group}`, '--no-headers'),
      /wardle\/sample-api\s+True/,
    )
  })

  it('stands beside those that this server answers for, which are there by themselves', async () => {
    await availability(cut, 'v1.apps', 'True', 'Local')
    const { spec: own, metadata } = cut.get(APIService, '', 'v1.apps') ?? {}
    assert.deepEqual([own?.group, own?.version, own?.service], ['apps', 'v1', undefined])
    assert.deepEqual(metadata?.labels, { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' })
    assert.ok(cut.get(APIService, '', 'v1.'))
  })

  it('is not reached with a certificate that is not its own', async () => {
    const wrong = Buffer.from((await selfSigned([])).cert).toString('base64')
    const path = `${services}/${version}.${group}`
    const { json } = await client.ask(path)
    assert.equal(
      (await client.ask(path, { method: 'PUT', body: { ...json, spec: { ...spec(), caBundle: wrong } } })).status,
      200,
    )
    assert.match(await availability(cut, `${version}.${group}`, 'False', 'FailedDiscoveryCheck'), /certificate/)
    assert.equal((await client.ask(`${root}/namespaces/default/flunders/one`)).status, 503)
  })

  it('is gone with its APIService', async () => {
    assert.equal((await client.ask(`${services}/${version}.${group}`, { method: 'DELETE' })).status, 200)
    assert.equal((await client.ask(`${root}/namespaces/default/flunders/one`)).status, 404)
  })
})
