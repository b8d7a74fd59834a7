import assert from 'node:assert/strict'
import { request } from 'node:https'
import type { Duplex } from 'node:stream'
import { E } from '@periplus/prelude'
import type { LogOptions, NodeStreams, StreamOptions } from '../src/index.ts'
import { clientOf } from './client.ts'
import type { Client } from './client.ts'
import { deployment, namespace } from './objects.ts'
import { startTestServer } from './server.ts'
import type { TestServer } from './server.ts'

const pods = '/api/v1/namespaces/default/pods'
const pod = (name: string, containers: readonly string[] = ['main']) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { serviceAccountName: 'default', containers: containers.map(one => ({ name: one, image: 'busybox:1' })) },
})

interface Heard {
  logs?: LogOptions
  stream?: StreamOptions
}

/** Stands for the nodes: says three lines, and echoes what comes over an upgraded connection. */
const echoing = (heard: Heard): NodeStreams => ({
  logs: async (_target, options) => {
    heard.logs = options
    return E.right(
      (async function* () {
        for (const line of ['a\n', 'b\n', 'c\n']) yield Buffer.from(line)
      })(),
    )
  },
  upgrade: async (_target, options, { socket, release }) => {
    heard.stream = options
    release()
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
    socket.pipe(socket)
    return E.right(undefined)
  },
  connect: async () => E.left({ tag: 'NotBuilt', message: 'nobody is there' }),
  connectNode: async () => E.left({ tag: 'NotBuilt', message: 'nobody is there' }),
})

const upgrade = (server: TestServer, path: string): Promise<{ status: number; socket?: Duplex }> =>
  new Promise((resolve, reject) => {
    const asked = request(`${server.url}${path}`, {
      ca: server.ca,
      method: 'POST',
      agent: false,
      headers: { connection: 'Upgrade', upgrade: 'echo' },
    })
    asked.on('upgrade', (response, socket) => resolve({ status: response.statusCode ?? 0, socket }))
    asked.on('response', response => {
      response.resume()
      resolve({ status: response.statusCode ?? 0 })
    })
    asked.on('error', reject)
    asked.end()
  })

describe('subresources', () => {
  const heard: Heard = {}
  let server: TestServer
  let client: Client
  before(async () => {
    server = await startTestServer({ streams: echoing(heard) })
    client = clientOf(server)
    await client.post('/api/v1/namespaces', namespace('default'))
    await client.post('/api/v1/namespaces/default/serviceaccounts', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default' },
    })
    for (const one of [pod('bound'), pod('loose'), pod('several', ['x', 'y'])]) {
      const made = await client.post(pods, one)
      assert.equal(made.status, 201, made.text)
    }
    for (const name of ['bound', 'several'])
      await client.post(`${pods}/${name}/binding`, {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name },
        target: { kind: 'Node', name: 'node-1' },
      })
  })
  after(async () => {
    await server.stop()
    assert.deepEqual(server.errors, [])
  })

  it('binds a pod once', async () => {
    assert.equal((await client.ask(`${pods}/bound`)).json.spec.nodeName, 'node-1')
    const target = { kind: 'Node', name: 'node-2' }
    const again = await client.post(`${pods}/bound/binding`, { metadata: { name: 'bound' }, target })
    assert.equal(again.status, 409)
    assert.match(again.json.message, /already assigned to node "node-1"/)
    const nameless = await client.post(`${pods}/bound/binding`, { target })
    assert.deepEqual(
      [nameless.status, nameless.json.message],
      [400, 'name in URL does not match name in Binding object'],
    )
  })

  it('scales through autoscaling/v1', async () => {
    const path = '/apis/apps/v1/namespaces/default/deployments'
    await client.post(path, deployment('web', 2))
    const scale = await client.ask(`${path}/web/scale`)
    assert.equal(scale.json.kind, 'Scale')
    assert.equal(scale.json.spec.replicas, 2)
    assert.equal(scale.json.status.selector, 'app=web')
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io'
    const table = await client.ask(`${path}/web/scale`, { headers: { accept } })
    assert.deepEqual(
      table.json.columnDefinitions.map(({ name }: { name: string }) => name),
      ['Name', 'Desired', 'Available', 'Age'],
    )
    assert.deepEqual(table.json.rows[0].cells.slice(0, 3), ['web', 2, 0])
    const status = await client.ask(`${path}/web/status`, { headers: { accept } })
    assert.equal(status.json.columnDefinitions[1].name, 'Ready')
    const put = await client.ask(`${path}/web/scale`, {
      method: 'PUT',
      body: { ...scale.json, spec: { replicas: 7 } },
    })
    assert.equal(put.json.spec.replicas, 7)
    assert.equal((await client.ask(`${path}/web`)).json.spec.replicas, 7)
    const stale = await client.ask(`${path}/web/scale`, {
      method: 'PUT',
      body: { ...scale.json, spec: { replicas: 9 } },
    })
    assert.equal(stale.status, 409)
  })

  it('takes a status from an object whose other parts lack what they must have, as Go clients write it', async () => {
    const path = '/apis/apps/v1/namespaces/default/deployments'
    const made = await client.post(path, deployment('judged', 2))
    const condition = { type: 'StatusPatched', status: 'True' }
    const spec = { selector: null, template: { metadata: {}, spec: { containers: null } } }
    const headers = { 'content-type': 'application/merge-patch+json' }
    const body = { spec, status: { conditions: [condition] } }
    const patched = await client.ask(`${path}/judged/status`, { method: 'PATCH', headers, body })
    assert.equal(patched.status, 200, patched.text)
    assert.deepEqual([patched.json.spec, patched.json.status.conditions], [made.json.spec, [condition]])
    const { apiVersion, kind, metadata } = patched.json
    const put = await client.ask(`${path}/judged/status`, {
      method: 'PUT',
      body: { apiVersion, kind, metadata, spec, status: { replicas: 2 } },
    })
    assert.equal(put.status, 200, put.text)
    assert.deepEqual([put.json.spec, put.json.status], [made.json.spec, { replicas: 2 }])
    const whole = await client.ask(`${path}/judged`, { method: 'PATCH', headers, body })
    assert.equal(whole.status, 422)
    assert.match(whole.json.message, /spec.selector: Required value, .*spec.template.spec.containers: Required value/)
  })

  it('streams a log', async () => {
    const log = await client.ask(`${pods}/bound/log?follow=true&tailLines=3&timestamps=1`)
    assert.equal(log.text, 'a\nb\nc\n')
    assert.equal(log.headers['content-type'], 'text/plain')
    assert.deepEqual(heard.logs, {
      container: 'main',
      follow: true,
      previous: false,
      timestamps: true,
      stream: 'All',
      tailLines: 3,
    })
  })

  it('refuses logs in Kubernetes’ words', async () => {
    const cases: readonly [string, number, RegExp][] = [
      ['several/log', 400, /a container name must be specified for pod several, choose one of: \[x y\]/],
      ['several/log?container=z', 400, /container z is not valid for pod several/],
      ['loose/log', 400, /pod loose does not have a host assigned/],
      ['bound/log?tailLines=-1', 422, /tailLines: Invalid value: -1: must be greater than or equal to 0/],
      ['bound/log?sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z', 422, /at most one of/],
      ['bound/log?stream=Stdout&tailLines=1', 422, /`tailLines` and specific `stream` are mutually exclusive for now/],
      ['none/log', 404, /pods "none" not found/],
    ]
    for (const [path, status, message] of cases) {
      const answer = await client.ask(`${pods}/${path}`)
      assert.equal(answer.status, status, answer.text)
      assert.match(answer.json.message, message)
    }
  })

  it('hands an upgraded connection over', async () => {
    const { status, socket } = await upgrade(
      server,
      `${pods}/several/exec?command=sh&command=-c&container=y&stdin=1&stdout=1&tty=1`,
    )
    assert.equal(status, 101)
    assert.deepEqual(heard.stream, {
      tag: 'Exec',
      command: ['sh', '-c'],
      container: 'y',
      stdin: true,
      stdout: true,
      stderr: false,
      tty: true,
    })
    const echoed = new Promise<string>(resolve => socket?.once('data', (chunk: Buffer) => resolve(chunk.toString())))
    socket?.write('ping')
    assert.equal(await echoed, 'ping')
    socket?.destroy()
    await upgrade(server, `${pods}/bound/portforward?ports=80`).then(({ socket: other }) => other?.destroy())
    assert.deepEqual(heard.stream, { tag: 'PortForward', ports: [80] })
  })

  it('refuses an upgrade with a Status', async () => {
    assert.equal((await upgrade(server, `${pods}/none/exec?command=ls&stdout=1`)).status, 404)
    assert.equal((await upgrade(server, `${pods}/bound/exec?command=ls`)).status, 400)
    assert.equal((await client.ask(`${pods}/bound/exec?command=ls&stdout=1`, { method: 'POST' })).status, 400)
    assert.equal((await upgrade(server, '/api/v1/namespaces/default/configmaps')).status, 400)
  })

  it('evicts, and heeds a budget', async () => {
    const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets'
    await client.post(pods, { ...pod('kept'), metadata: { name: 'kept', labels: { app: 'kept' } } })
    await client.post(budgets, {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'kept' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'kept' } } },
    })
    const eviction = (name: string) => ({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } })
    const loose = await client.post(`${pods}/loose/eviction`, eviction('loose'))
    assert.equal(loose.status, 201)
    assert.equal(loose.json.status, 'Success')
    await client.ask(`${pods}/kept/status`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } },
    })
    const kept = await client.post(`${pods}/kept/eviction`, eviction('kept'))
    assert.equal(kept.status, 429, 'the budget allows no disruption yet')
    assert.equal(kept.json.reason, 'TooManyRequests')
  })

  it('issues tokens within bounds', async () => {
    const path = '/api/v1/namespaces/default/serviceaccounts'
    const ask = (name: string, spec: object) =>
      client.post(`${path}/${name}/token`, { kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', spec })
    assert.equal((await ask('default', { audiences: [] })).json.status.token, 'a-token')
    assert.equal((await ask('none', {})).status, 404)
    const short = await ask('default', { expirationSeconds: 5 })
    assert.equal(short.status, 422)
    assert.match(short.json.message, /may not specify a duration less than 10 minutes/)
  })
})
