import assert from 'node:assert/strict'
import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { builtInAdmission, createCommands } from '@periplus/commands'
import { kindsAt } from '@periplus/custom'
import { jetStreamEventLog } from '@periplus/log'
import { startLiveCut } from '@periplus/projection'
import type { RunningCut } from '@periplus/projection'
import { temporaryNats } from '@periplus/service'
import type { LocalNats, Temporary } from '@periplus/service'
import { clientOf } from './client.ts'
import type { Client } from './client.ts'
import { configMap, configMaps, namespace } from './objects.ts'
import { startTestServer } from './server.ts'
import type { TestServer } from './server.ts'
import { watching } from './watching.ts'

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

describe('the gateway over JetStream', function () {
  this.timeout(120_000)
  let nats: Temporary<LocalNats>
  let bus: Bus
  let running: RunningCut
  let server: TestServer
  let client: Client
  before(async () => {
    nats = await temporaryNats()
    bus = right(await connectBus({ ...nats.server, name: 'apiserver-test' }))
    const log = right(await jetStreamEventLog(bus, { cluster: 'test', appendTimeoutMilliseconds: 500 }))
    running = await startLiveCut({ log, recentLimit: 5 })
    const { cut } = running
    const commands = createCommands({ cut, log, kindsAt, admission: builtInAdmission, unavailablePatience: 500 })
    server = await startTestServer({ log, cut, commands })
    client = clientOf(server)
    assert.equal((await client.post('/api/v1/namespaces', namespace('default'))).status, 201)
  })
  after(async () => {
    await server.stop()
    await running.close()
    await bus.close()
    await nats.dispose()
  })

  it('reads what it wrote, at once', async () => {
    for (let i = 0; i < 10; i++) {
      const made = await client.post(configMaps, configMap(`r${i}`))
      assert.equal(made.status, 201)
      const read = await client.ask(`${configMaps}/r${i}`)
      assert.equal(read.json.metadata.resourceVersion, made.json.metadata.resourceVersion)
    }
  })

  it('watches from before what it remembers', async () => {
    const from = running.cut.sequence
    for (let i = 0; i < 20; i++) await client.post(configMaps, configMap(`w${i}`))
    const watch = await watching(client, `${configMaps}?watch=1&resourceVersion=${from}`)
    const frames = await watch.take(20)
    assert.deepEqual(
      frames.map(({ object }) => object.metadata.name as string),
      Array.from({ length: 20 }, (_, i) => `w${i}`),
    )
    await client.post(configMaps, configMap('live'))
    assert.equal((await watch.next()).object.metadata.name, 'live')
    watch.stop()
  })

  it('refuses with 413 what is larger than an event may be, and the connection stays', async () => {
    const templates = '/api/v1/namespaces/default/podtemplates'
    const [first, second] = ['a', 'b'].map(letter => letter.repeat(2_500_000))
    const template = { spec: { containers: [{ name: 'c', image: 'busybox', args: [first] }] } }
    assert.equal((await client.post(templates, { metadata: { name: 'large' }, template })).status, 201)
    const grown = await client.ask(`${templates}/large`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json-patch+json' },
      body: [
        { op: 'add', path: '/metadata/labels', value: { second: 'x' } },
        { op: 'add', path: '/template/spec/containers/0/args/-', value: second },
      ],
    })
    assert.equal(grown.status, 413, grown.text.slice(0, 300))
    assert.equal(grown.json.reason, 'RequestEntityTooLarge')
    assert.match(grown.json.message, /request is too large/)
    assert.equal((await client.post(configMaps, configMap('after-large'))).status, 201)
  })

  it('survives its log being killed: reads go on, writes wait for its return', async () => {
    await nats.server.kill()
    const read = await client.ask(configMaps)
    assert.equal(read.status, 200)
    assert.match(String(read.headers['periplus-cut-age']), /^\d+$/)
    const write = await client.post(configMaps, configMap('during'))
    assert.equal(write.status, 503, write.text)
    assert.ok(Number(write.headers['retry-after']) > 0)
    await nats.restart()
    let status = 0
    for (const end = Date.now() + 60_000; status !== 201 && Date.now() < end;)
      status = (await client.post(configMaps, { ...configMap(''), metadata: { generateName: 'after-' } })).status
    assert.equal(status, 201)
  })
})
