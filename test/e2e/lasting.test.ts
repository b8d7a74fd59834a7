import assert from 'node:assert/strict'
import { apiClient } from '../faults/api-client.ts'
import type { ApiClient } from '../faults/api-client.ts'
import { right, withLog } from '../faults/log-of.ts'
import { until } from '../faults/until.ts'
import { startWatcher } from '../faults/watcher.ts'
import type { Watcher } from '../faults/watcher.ts'
import { removeCluster, testCluster } from './cluster.ts'
import type { TestCluster } from './cluster.ts'

const configMaps = '/api/v1/namespaces/default/configmaps'
const kept = 200

interface Written {
  readonly version: number
  readonly name: string
  readonly n: string
}

const versionOf = (object: unknown): number =>
  Number((object as { metadata: { resourceVersion: string } }).metadata.resourceVersion)

describe('a log that lasts', function () {
  this.timeout(420_000)
  let cluster: TestCluster
  let api: ApiClient
  let watcher: Watcher
  const written: Written[] = []
  /** The horizons and the watermark, once what was written first has left the log. */
  let [eventsFrom, mapsFrom, watermark] = [0, 0, 0]

  const change = async (name: string): Promise<void> => {
    const n = String(written.length)
    const { status, body } = await api.ask(`${configMaps}/${name}`, { method: 'PATCH', body: { data: { n } } })
    assert.equal(status, 200, JSON.stringify(body))
    written.push({ version: versionOf(body), name, n })
  }
  const told = async (from: number): Promise<string> => {
    const response = await api.stream(
      `${configMaps}?watch=true&resourceVersion=${from}&timeoutSeconds=2`,
      AbortSignal.timeout(20_000),
    )
    let text = ''
    for await (const chunk of response.setEncoding('utf8')) text += String(chunk)
    return text
  }
  before(async () => {
    cluster = testCluster({
      ...{ PERIPLUS_RUNTIME: 'hollow', PERIPLUS_RETENTION_MINUTES: '2' },
      PERIPLUS_RETAIN_KINDS: `events=2m,configmaps=${kept}`,
    })
    const { code, stderr } = await cluster.periplus('up')
    assert.equal(code, 0, stderr)
    api = apiClient(cluster.home)
    for (const name of ['one', 'two', 'three']) {
      const { body } = await api.ask(configMaps, { method: 'POST', body: { metadata: { name }, data: { n: 'new' } } })
      written.push({ version: versionOf(body), name, n: 'new' })
    }
    watcher = await startWatcher(api, configMaps)
    for (let i = 0; i < 150; i++) {
      const involvedObject = { kind: 'ConfigMap', namespace: 'default', name: 'one' }
      const { status } = await api.ask('/api/v1/namespaces/default/events', {
        ...{ method: 'POST' },
        body: { metadata: { name: `told-${i}` }, involvedObject, reason: 'Told', message: String(i), type: 'Normal' },
      })
      assert.equal(status, 201)
    }
    for (let i = 0; i < 2 * kept; i++) await change(['one', 'two', 'three'][i % 3] ?? '')
    const end = written.at(-1)?.version ?? NaN
    let changedAt = performance.now()
    await until(
      'the first of it has left the log',
      async () => {
        // Somebody writes all the while, not as much as is kept.
        if (performance.now() - changedAt > 2_000) {
          changedAt = performance.now()
          await change('one')
        }
        const bounds = right(await withLog(cluster.home, log => log.bounds()))
        watermark = bounds.watermark
        ;({ events: eventsFrom = 0, configmaps: mapsFrom = 0 } = bounds.horizons ?? {})
        return eventsFrom > end && watermark > end && mapsFrom > 0
      },
      300_000,
    )
  })

  it('goes on for who was watching, and for who comes back behind what has left', async () => {
    const versions = written.map(({ version }) => version).filter(version => version > watcher.begun)
    await until('the watcher has caught up', () => watcher.told.includes(versions.at(-1) ?? NaN))
    assert.deepEqual(watcher.told, versions)
    assert.deepEqual([watcher.resumed, watcher.wrong], [0, []])
    const from = written.find(({ version }) => version > watermark)?.version ?? NaN
    const later = versions.filter(version => version > from)
    assert.ok(later.length > 1)
    const events = (await told(from)).trim().split('\n')
    assert.deepEqual(
      events.map(text => versionOf((JSON.parse(text) as { object: unknown }).object)),
      later,
    )
  })

  it('shows every moment as it was, in the log and in the archive, of each kind as far back as that is kept', async () => {
    assert.ok(mapsFrom < watermark && eventsFrom > mapsFrom)
    const readable = written.filter(({ version }) => version >= mapsFrom)
    assert.ok(readable.some(({ version }) => version < watermark))
    for (const { version, name, n } of readable.filter((_, i) => i % 20 === 0 || i === readable.length - 1)) {
      const { status, body } = await api.ask(`/at/${version}${configMaps}/${name}`)
      assert.equal(status, 200, JSON.stringify(body))
      assert.deepEqual([body['data'], versionOf(body)], [{ n }, version])
    }
    const past = async (at: number, path: string) => (await api.ask(`/at/${at}${path}`)).status
    for (const { version } of [written[0], written[100]] as readonly Written[]) {
      assert.equal(await past(version, configMaps), 410)
      assert.equal(await past(version, '/api/v1/namespaces/default/events'), 410)
      assert.equal(await past(version, '/api/v1/namespaces'), 200)
    }
    assert.equal(await past(readable[0]?.version ?? NaN, '/api/v1/namespaces/default/events'), 410)
    const { stdout } = await cluster.periplus('log', 'configmap/one')
    const own = readable.filter(({ name }) => name === 'one').map(({ version }) => version)
    assert.deepEqual(
      [...stdout.matchAll(/^(\d+) /gm)].map(([, sequence]) => Number(sequence)),
      own,
    )
  })

  it('has in its archive what has left it', async () => {
    const { code, stdout, stderr } = await cluster.periplus('verify')
    assert.equal(code, 0, stdout + stderr)
    assert.match(stdout, /nothing is wrong with the log/)
    assert.match(stdout, /the archive has \d+ messages in \d+ segments, without a gap from 1 on/)
  })

  it('has every decision that it can still look at taken again', async () => {
    const { code, stdout, stderr } = await cluster.periplus('replay')
    assert.equal(code, 0, stdout + stderr)
    const [, all, identical] = /(\d+) decisions, (\d+) identical/.exec(stdout) ?? []
    assert.ok(Number(all) > 0)
    assert.equal(all, identical)
  })

  after(async () => {
    await watcher.stop()
    await removeCluster(cluster)
  })
})
