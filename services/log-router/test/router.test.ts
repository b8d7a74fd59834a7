import assert from 'node:assert/strict'
import { Pod, Secret } from '@periplus/kinds'
import { answering, httpRecorder } from '@periplus/logs/contract'
import type { Behaviour, HttpRecorder } from '@periplus/logs/contract'
import { sinkKinds } from '../src/index.ts'
import { linesOf, takes, upTo } from './lines.ts'
import { keepingBackend, world } from './world.ts'
import type { World } from './world.ts'

const batch = { maxWaitMilliseconds: 5 }

describe('the log router', function () {
  this.timeout(30_000)
  let on: World
  let recorder: HttpRecorder
  beforeEach(async () => {
    on = await world()
    recorder = await httpRecorder(takes)
  })
  afterEach(async () => {
    await on.close()
    await recorder.close()
    assert.deepEqual(on.bugs, [])
  })
  const webhook = (more: object = {}) => ({
    backend: { name: 'webhook', config: { url: recorder.url } },
    ...{ batch, ...more },
  })
  const ready = (name: string, namespace = 'shop') =>
    on.status(namespace, name).conditions?.find(({ type }) => type === 'Ready')

  it("brings a namespace's lines to a sink's backend and tells how it fares", async () => {
    const podUid = await on.pod('shop', 'web', { app: 'web' })
    const other = await on.pod('default', 'web')
    await on.sink('shop', 'all', webhook({ startAt: 'Oldest' }))
    on.router()
    await on.write({ namespace: 'default', pod: 'web', podUid: other }, 1, 5)
    await on.write({ namespace: 'shop', pod: 'web', podUid }, 1, 3)
    await recorder.until(() => linesOf(recorder).length >= 3)
    assert.deepEqual(
      linesOf(recorder).map(({ message, kubernetes }) => [message, (kubernetes as { labels: object }).labels]),
      upTo(3).map(number => [`line ${number}`, { app: 'web' }]),
    )
    await on.until(() => on.status('shop', 'all').delivered === 3)
    const { dropped, lagSeconds, observedGeneration } = on.status('shop', 'all')
    assert.deepEqual([ready('all')?.status, dropped, lagSeconds, observedGeneration], ['True', 0, 0, 1])
  })

  it('goes on where the one before it ended, or was cut off', async () => {
    const podUid = await on.pod('shop', 'web')
    await on.sink('shop', 'all', webhook())
    const first = on.router()
    await on.write({ namespace: 'shop', pod: 'web', podUid }, 1, 10)
    await recorder.until(() => linesOf(recorder).length >= 10)
    await first.stop()
    await on.write({ namespace: 'shop', pod: 'web', podUid }, 11, 20)
    on.router()
    await recorder.until(() => linesOf(recorder).length >= 20)
    assert.deepEqual(
      linesOf(recorder).map(({ number }) => number),
      upTo(20),
    )
  })

  it('shares sinks among its copies, and hands them over without a loss', async () => {
    const podUid = await on.pod('shop', 'web')
    const names = upTo(12).map(i => `sink-${i}`)
    const recorders = new Map<string, HttpRecorder>()
    for (const name of names) {
      const own = await httpRecorder(takes)
      recorders.set(name, own)
      await on.sink('shop', name, { backend: { name: 'webhook', config: { url: own.url } }, batch })
    }
    const first = on.router()
    const second = on.router()
    const holders = () => new Set(names.map(name => on.status('shop', name).router))
    await on.until(() => holders().size === 2 && !holders().has(undefined))
    await on.write({ namespace: 'shop', pod: 'web', podUid }, 1, 50)
    for (const own of recorders.values()) await own.until(() => linesOf(own).length >= 50)
    await first.stop()
    await on.write({ namespace: 'shop', pod: 'web', podUid }, 51, 100)
    for (const [name, own] of recorders) {
      await own.until(() => new Set(linesOf(own).map(({ number }) => number)).size >= 100)
      assert.deepEqual([...new Set(linesOf(own).map(({ number }) => number))], upTo(100), name)
      await own.close()
    }
    await second.stop()
  })

  it('lets no sink wait for another that hangs, refuses, or answers nonsense', async () => {
    const podUid = await on.pod('shop', 'web')
    const behaviours: Readonly<Record<string, Behaviour>> = {
      hangs: () => undefined,
      busy: answering(429, '', { 'retry-after': '86400' }),
      denied: answering(403, 'no'),
      nonsense: (_, response) => void response.socket?.end('nonsense'),
      half: (_, response) => {
        response.writeHead(200, { 'content-length': '9' }).write('x')
        setImmediate(() => response.destroy())
      },
    }
    const recorders: HttpRecorder[] = []
    for (const [name, behaviour] of Object.entries(behaviours)) {
      const own = await httpRecorder(behaviour)
      recorders.push(own)
      await on.sink('shop', name, { backend: { name: 'webhook', config: { url: own.url } }, batch })
    }
    const large = await httpRecorder(({ body }, response, accept) => {
      const fits = body.length < 2_000
      if (fits) accept()
      response.writeHead(fits ? 204 : 413).end()
    })
    await on.sink('shop', 'large', { backend: { name: 'webhook', config: { url: large.url } }, batch })
    await on.sink('shop', 'well', webhook())
    on.router()
    for (let i = 0; i < 20; i++) await on.write({ namespace: 'shop', pod: 'web', podUid }, i * 100 + 1, i * 100 + 100)
    for (const well of [recorder, large]) {
      await well.until(() => linesOf(well).length >= 2_000)
      assert.deepEqual(
        linesOf(well).map(({ number }) => number),
        upTo(2_000),
      )
    }
    await on.until(() => ['busy', 'denied', 'nonsense', 'half'].every(name => ready(name)?.status === 'False'))
    assert.deepEqual(
      ['busy', 'denied', 'nonsense', 'half'].map(name => ready(name)?.reason),
      ['BackendUnavailable', 'BackendDenied', 'BackendUnavailable', 'BackendUnavailable'],
    )
    for (const own of [...recorders, large]) await own.close()
  })

  it('delivers all that came while a backend was away', async () => {
    const podUid = await on.pod('shop', 'web')
    await on.sink('shop', 'all', webhook())
    on.router()
    await recorder.away()
    for (let i = 0; i < 50; i++) await on.write({ namespace: 'shop', pod: 'web', podUid }, i * 100 + 1, i * 100 + 100)
    await on.until(() => ready('all')?.status === 'False')
    await recorder.back()
    await recorder.until(() => linesOf(recorder).length >= 5_000)
    assert.deepEqual(
      linesOf(recorder).map(({ number }) => number),
      upTo(5_000),
    )
    await on.until(() => ready('all')?.status === 'True')
  })

  it('forgets the place of a sink that is gone', async () => {
    const podUid = await on.pod('shop', 'web')
    await on.sink('shop', 'all', webhook())
    const [kind] = sinkKinds(on.cut)
    assert.ok(kind)
    const uid = on.cut.get(kind, 'shop', 'all')?.metadata.uid ?? ''
    const forgotten = new Promise<string>(resolve => {
      const positions = { ...on.positions, forget: async (gone: string) => resolve(gone) }
      on.router({ positions })
    })
    await on.write({ namespace: 'shop', pod: 'web', podUid }, 1, 3)
    await recorder.until(() => linesOf(recorder).length >= 3)
    const ref = { group: 'logs.periplus.io', resource: 'logsinks', namespace: 'shop', name: 'all' }
    await on.run({ verb: 'delete', kind, ref, options: {} })
    assert.equal(await forgotten, uid)
  })

  it('parses, greps, adds and removes', async () => {
    const podUid = await on.pod('shop', 'web')
    const filters = [
      { grep: { pattern: 'line [0-9]*[02468]$' } },
      { grep: { pattern: '4$', exclude: true } },
      { add: { cluster: 'test', n: 'gone' } },
      { remove: ['n', 'word'] },
    ]
    const parse = { format: 'regex', pattern: '(?P<word>[a-z]+) (?P<count>[0-9]+)' }
    await on.sink('shop', 'some', webhook({ filters, parse, startAt: 'Oldest' }))
    await on.write({ namespace: 'shop', pod: 'web', podUid }, 1, 6)
    on.router()
    await recorder.until(() => linesOf(recorder).length >= 2)
    assert.deepEqual(
      linesOf(recorder).map(({ message, count, cluster, n, word }) => [message, count, cluster, n, word]),
      [
        ['line 2', '2', 'test', undefined, undefined],
        ['line 6', '6', 'test', undefined, undefined],
      ],
    )
  })

  it('gives a sink of the cluster the namespaces and pods that it selects, also of pods that are gone', async () => {
    const kept = keepingBackend('kept')
    const uids = {
      web: await on.pod('shop', 'web', { app: 'web' }),
      db: await on.pod('shop', 'db', { app: 'db' }),
      other: await on.pod('default', 'web', { app: 'web' }),
    }
    await on.run({
      ...{ verb: 'delete', kind: Pod, options: { gracePeriodSeconds: 0 } },
      ref: { group: '', resource: 'pods', namespace: 'shop', name: 'web' },
    })
    await on.pod('shop', 'web', { app: 'later' })
    await on.sink('', 'webs', {
      ...{ backend: { name: 'kept' }, batch, startAt: 'Oldest' },
      namespaceSelector: { matchLabels: { team: 'shop' } },
      selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] },
    })
    on.router({ moreBackends: new Map([['kept', kept.backend]]) })
    await on.write({ namespace: 'shop', pod: 'db', podUid: uids.db }, 1, 2)
    await on.write({ namespace: 'default', pod: 'web', podUid: uids.other }, 1, 2)
    await on.write({ namespace: 'shop', pod: 'web', podUid: uids.web }, 1, 2)
    await kept.until(2)
    assert.deepEqual(
      kept.lines.map(({ namespace, pod, number }) => [namespace, pod, number]),
      [
        ['shop', 'web', 1],
        ['shop', 'web', 2],
      ],
    )
  })

  it('takes up a Secret that comes or changes, and never another namespace its', async () => {
    const podUid = await on.pod('shop', 'web')
    recorder.always((request, response, accept) => {
      const isIn = request.headers.authorization === 'Bearer right'
      if (isIn) accept()
      response.writeHead(isIn ? 204 : 401).end()
    })
    const secret = (namespace: string, value: string) => ({
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name: 'key' } },
      data: { token: Buffer.from(value).toString('base64') },
    })
    await on.create(Secret, secret('kube-system', 'right'))
    const backend = { name: 'webhook', config: { url: recorder.url }, credentialsRef: { name: 'key' } }
    await on.sink('shop', 'all', { backend, batch })
    on.router()
    await on.write({ namespace: 'shop', pod: 'web', podUid }, 1, 3)
    await on.until(() => ready('all')?.reason === 'SecretNotFound')
    const wrong = await on.create(Secret, secret('shop', 'wrong'))
    await on.until(() => ready('all')?.reason === 'BackendDenied')
    await on.run({
      verb: 'update',
      kind: Secret,
      object: { ...wrong.object, ...secret('shop', 'right') } as typeof wrong.object,
    })
    await recorder.until(() => linesOf(recorder).length >= 3)
    await on.until(() => ready('all')?.status === 'True')
    assert.doesNotMatch(JSON.stringify(on.status('shop', 'all')), /wrong|right/)
  })

  it("keeps a namespace's sinks away from the machine, the control plane and other namespaces", async () => {
    const podUid = await on.pod('shop', 'web')
    await on.sink('shop', 'all', webhook())
    await on.sink('shop', 'file', { backend: { name: 'file', config: { name: 'x' } } })
    await on.sink('shop', 'none', { backend: { name: 'constructor' } })
    await on.sink('', 'of-cluster', webhook())
    on.router({ reach: { clusterNetworks: [], closed: [], open: [] } })
    await on.write({ namespace: 'shop', pod: 'web', podUid }, 1, 3)
    await on.until(() => ready('all')?.status === 'False')
    assert.match(ready('all')?.message ?? '', /127\.0\.0\.1 are not allowed/)
    await on.until(() => ready('file')?.reason === 'BackendNotAllowed' && ready('none')?.reason === 'BackendUnknown')
    await recorder.until(() => linesOf(recorder).length >= 3)
    await on.until(() => ready('of-cluster', '')?.status === 'True')
    assert.equal(linesOf(recorder).length, 3)
  })

  it('counts lines that the stream no longer has', async () => {
    const podUid = await on.pod('shop', 'web')
    await on.sink('shop', 'all', webhook())
    const first = on.router()
    await on.write({ namespace: 'shop', pod: 'web', podUid }, 1, 3)
    await recorder.until(() => linesOf(recorder).length >= 3)
    await first.stop()
    await on.write({ namespace: 'shop', pod: 'web', podUid }, 4, 6)
    await on.write({ namespace: 'shop', pod: 'web', podUid }, 7, 9)
    await on.stream.expire({}, 2)
    on.router()
    await recorder.until(() => linesOf(recorder).length >= 6)
    await on.until(() => /Expired/.test(on.status('shop', 'all').lastError ?? ''))
  })
})
