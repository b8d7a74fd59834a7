import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jetstream } from '@nats-io/jetstream'
import { connect } from 'nats'
import { parse } from 'yaml'
import { httpRecorder } from '@periplus/logs/contract'
import { shippedFile } from '@periplus/service'
import { feedValidator } from '../../services/cli/test/feed-validator.ts'
import type { AsyncApiDocument, FeedMessage } from '../../services/cli/test/feed-validator.ts'
import { testCluster } from './cluster.ts'
import type { TestCluster } from './cluster.ts'

interface Credentials {
  readonly servers: string
  readonly user: string
  readonly password: string
  readonly stream: string
  readonly consumer: string
  readonly domain: string
}

describe('consumers from outside', function () {
  this.timeout(300_000)
  let cluster: TestCluster
  before(async () => {
    cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
    assert.equal((await cluster.periplus('up')).code, 0)
  })
  after(() => cluster.periplus('reset'))

  const added = async (...args: string[]): Promise<Credentials> => {
    const { code, stdout, stderr } = await cluster.periplus('consumer', 'add', ...args)
    assert.equal(code, 0, stderr)
    return JSON.parse(readFileSync(stdout.trim(), 'utf8')) as Credentials
  }
  const connected = ({ servers, user, password }: Credentials) =>
    connect({ servers, user, pass: password, reconnect: false })

  /** By the consumer: a server that is killed may have forgotten what was acknowledged last, and sends it again. */
  const places = new Map<string, number>()

  /** What is read until one is `last`. */
  const read = async (of: Credentials, last: (message: FeedMessage) => boolean): Promise<readonly FeedMessage[]> => {
    const connection = await connected(of)
    const reader = await jetstream(connection, { domain: of.domain }).consumers.get(of.stream, of.consumer)
    const found: FeedMessage[] = []
    for await (const message of await reader.consume()) {
      const { subject, data, seq } = message
      if (seq <= (places.get(of.consumer) ?? 0)) continue
      places.set(of.consumer, seq)
      const lines = [...(message.headers ?? [])].map(([name, [value]]) => `${name}: ${value}\r\n`)
      found.push({ subject, data: Uint8Array.from(data), headers: lines.join('') })
      await message.ackAck()
      if (last(found.at(-1) as FeedMessage)) break
    }
    await connection.close()
    return found
  }
  const isConfigMap = (name: string) => (message: FeedMessage) => message.subject.endsWith(`.configmaps.shop.${name}`)
  let all: Credentials
  let shop: Credentials

  it('are let in while the cluster runs, each to what it is given', async () => {
    await cluster.ok('create namespace shop')
    all = await added('all')
    shop = await added('shop', '--only', 'deployments,configmaps', '--namespace', 'shop')
    const refused = await cluster.periplus('consumer', 'add', 'thief', '--only', 'secrets')
    assert.deepEqual([refused.code, refused.stdout], [1, ''])
    const listed = await cluster.periplus('consumer', 'list')
    assert.match(listed.stdout, /^shop +events\.apps\.deployments\.shop\.> events\.core\.configmaps\.shop\.> /m)
  })

  it('read what the document says, from the cluster on its first day, and nothing of Secrets', async () => {
    await cluster.ok('create secret generic key -n shop --from-literal=word=do-not-tell')
    await cluster.ok('create deployment web -n shop --image=nginx --replicas=2')
    await cluster.ok('create deployment web -n default --image=nginx')
    await cluster.ok('rollout status deployment/web -n shop')
    await cluster.ok('create configmap first -n shop')
    const messages = await read(all, isConfigMap('first'))
    const document = parse(readFileSync(shippedFile('deploy/asyncapi.yaml'), 'utf8')) as AsyncApiDocument
    const whyNot = feedValidator(document)
    assert.deepEqual(
      messages.map(whyNot).filter(wrong => wrong !== undefined),
      [],
    )
    const resources = new Set(messages.map(({ subject }) => subject.split('.')[2]))
    for (const resource of ['namespaces', 'clusterroles', 'deployments', 'replicasets', 'pods', 'nodes', 'events'])
      assert.ok(resources.has(resource), resource)
    assert.ok(!resources.has('secrets') && !resources.has('leases'))
    const secret = Buffer.from('do-not-tell').toString('base64')
    for (const { data } of messages) assert.ok(!Buffer.from(data).includes(secret))
    const theirs = await read(shop, isConfigMap('first'))
    assert.ok(theirs.length > 2)
    for (const { subject } of theirs) assert.match(subject, /^events\.(apps\.deployments|core\.configmaps)\.shop\./)
  })

  it('read on when what writes the feed and its server were killed', async () => {
    for (const name of ['feed', 'feed-server']) process.kill(cluster.processes()[name] ?? NaN, 'SIGKILL')
    await cluster.ok('create configmap second -n shop')
    const connectedAgain = async (): Promise<readonly FeedMessage[]> => {
      for (;;)
        try {
          return await read(shop, isConfigMap('second'))
        } catch (error) {
          if (!(error instanceof Error && /refused|reset|closed|responders/i.test(error.message))) throw error
        }
    }
    const later = await connectedAgain()
    assert.equal(later.filter(isConfigMap('second')).length, 1)
    assert.equal(later.filter(isConfigMap('first')).length, 0)
  })

  it('are bridged to a webhook by a program that has their file and says where to', async () => {
    const recorder = await httpRecorder((_, response, accept) => {
      accept()
      response.writeHead(204).end()
    })
    const sink = join(cluster.home, 'sink.yaml')
    writeFileSync(sink, `backend: webhook\nconfig:\n  url: ${recorder.url}\ncredentials:\n  token: hush\n`)
    const { code, stdout } = await cluster.periplus('consumer', 'add', 'bridged', '--only', 'configmaps')
    assert.equal(code, 0)
    const bridge = cluster.start('periplus', ['consumer', 'bridge', stdout.trim(), sink])
    await cluster.ok('create configmap third -n shop --from-literal=a=b')
    const events = () =>
      recorder.accepted.flatMap(({ body }) =>
        body
          .toString()
          .trim()
          .split('\n')
          .map(line => JSON.parse(line) as { readonly subject: string; readonly data: { readonly data?: object } }),
      )
    await recorder.until(() => events().some(({ subject }) => subject === 'configmaps.core/shop/third'))
    assert.ok(events().every(({ subject }) => subject.startsWith('configmaps.core/')))
    assert.deepEqual(events().at(-1)?.data.data, { a: 'b' })
    assert.equal(recorder.accepted[0]?.headers.authorization, 'Bearer hush')
    bridge.kill()
    assert.deepEqual(await once(bridge, 'exit'), [0, null])
    await recorder.close()
    writeFileSync(sink, 'backend: webhook\nconfig: {}\n')
    const refused = await cluster.periplus('consumer', 'bridge', stdout.trim(), sink)
    assert.deepEqual([refused.code, /config\.url/.test(refused.stderr)], [1, true])
  })

  it('are let in no more once they are removed', async () => {
    const connection = await connected(all)
    const ended = connection.closed()
    const { code, stderr } = await cluster.periplus('consumer', 'remove', 'all')
    assert.equal(code, 0, stderr)
    await ended
    await assert.rejects(connected(all), /authorization/i)
    assert.doesNotMatch((await cluster.periplus('consumer', 'list')).stdout, /^all /m)
  })
})
