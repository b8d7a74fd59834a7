import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { E } from '@periplus/prelude'
import { encodeFrame, memoryLogStream } from '@periplus/log-stream'
import type { ContainerRun } from '@periplus/log-stream'
import { root } from '../e2e/cluster.ts'
import { guardedCluster } from './guarded-cluster.ts'
import type { Answer, ApiUser, GuardedCluster } from './guarded-cluster.ts'

const user = (name: string): object => ({ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name })

describe('lines of pods, those that are gone included', function () {
  this.timeout(180_000)
  const stream = memoryLogStream()
  let cluster: GuardedCluster
  let old: ApiUser
  let next: ApiUser
  let reader: ApiUser
  let whileThere: number

  const made = async (path: string, body: object): Promise<string> => {
    const answer = await cluster.admin.ask(path, { method: 'POST', body })
    assert.equal(answer.status, 201, answer.text)
    return (answer.json as { metadata: { uid: string } }).metadata.uid
  }
  const gone = async (path: string): Promise<void> => {
    assert.equal((await cluster.admin.ask(`${path}?gracePeriodSeconds=0`, { method: 'DELETE' })).status, 200)
  }
  const bind = (namespace: string, name: string, role: string, to: string): Promise<string> =>
    made(`/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`, {
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      subjects: [user(to)],
    })
  const pod = (name: string, more: object = {}): object => ({
    metadata: { name, ...more },
    spec: { serviceAccountName: 'default', containers: [{ name: 'main', image: 'busybox:1' }] },
  })
  let time = 1_767_000_000_000_000_000n
  const says = async (run: Partial<ContainerRun>, from: number, ...texts: readonly string[]): Promise<void> => {
    const whole = { node: 'n', namespace: 'shop', pod: 'web', podUid: '', container: 'main', restart: 0, ...run }
    const objectSequence = cluster.sequence()
    const records = texts.map((text, i) => ({
      ...{ ...whole, objectSequence, number: from + i, time: (time += 1_000_000n) },
      ...{ stream: 'stdout' as const, bytes: Buffer.from(text, 'latin1') },
    }))
    const frame = { run: whole, objectSequence, from, to: from + texts.length - 1, records, losses: [], ended: false }
    assert.ok(E.isRight(await stream.append(encodeFrame(frame))))
  }
  const lines = (who: ApiUser, name: string, query = '', below = ''): Promise<Answer> =>
    who.ask(`${below}/api/v1/namespaces/shop/pods/${name}/log?source=stream${query}`)
  const words = (answer: Answer): readonly string[] =>
    answer.text
      .split('\n')
      .filter(line => line !== '')
      .map(line => (JSON.parse(line) as { text: string }).text)

  before(async () => {
    cluster = await guardedCluster({ lines: stream })
    ;[old, next, reader] = await Promise.all([cluster.user('old'), cluster.user('next'), cluster.user('reader')])
    await made('/api/v1/namespaces', { metadata: { name: 'shop' } })
    await made('/api/v1/namespaces/shop/serviceaccounts', { metadata: { name: 'default' } })
    await bind('shop', 'old', 'view', 'old')
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'd1', controller: true }
    const set = await made('/apis/apps/v1/namespaces/shop/replicasets', {
      metadata: { name: 'web-1', ownerReferences: [deployment] },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'main', image: 'busybox:1' }] },
        },
      },
    })
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: set, controller: true }
    const labels = { app: 'web' }
    const first = await made('/api/v1/namespaces/shop/pods', pod('web', { labels, ownerReferences: [owner] }))
    await says({ podUid: first }, 1, 'one', 'two')
    whileThere = cluster.sequence()
    const other = await made('/api/v1/namespaces/shop/pods', pod('other'))
    await says({ podUid: first, restart: 1 }, 1, 'three')
    await says({ podUid: other, pod: 'other' }, 1, 'of another')
    for (const name of ['web', 'other']) await gone(`/api/v1/namespaces/shop/pods/${name}`)
    await gone('/apis/apps/v1/namespaces/shop/replicasets/web-1')
    await says({ podUid: first, restart: 1 }, 2, 'last')
  })
  after(async () => {
    await cluster.stop()
    assert.deepEqual(cluster.errors, [])
  })

  it('are read when the pod is gone, by name, by labels, by the owner of its owner', async () => {
    const all = ['one', 'two', 'three', 'last']
    assert.deepEqual(words(await lines(old, 'web', '&format=json')), all)
    assert.deepEqual(words(await lines(old, '-', '&format=json&labelSelector=app%3Dweb')), all)
    assert.deepEqual(words(await lines(old, '-', '&format=json&owner=Deployment/web')), all)
    assert.deepEqual(words(await lines(old, '-', '&format=json&owner=Deployment/webs')), [])
    assert.deepEqual(words(await lines(old, 'web', '&format=json&tailLines=2')), ['three', 'last'])
    assert.deepEqual(words(await lines(old, 'web', '&format=json&previous=true')), ['one', 'two'])
    assert.equal((await lines(old, 'web', '&limitBytes=6')).text, 'one\ntw')
    assert.equal((await lines(old, '-', '&labelSelector=%3D%3D')).status, 400)
  })

  it('stand below /at/ as they were then', async () => {
    assert.equal((await lines(old, 'web', '', `/at/${whileThere}`)).text, 'one\ntwo\n')
    assert.equal((await lines(old, 'nobody', '', `/at/${whileThere}`)).status, 404)
    assert.equal((await lines(old, 'web', '&follow=true', `/at/${whileThere}`)).status, 400)
  })

  it('say of each line when, where and after which event it was written', async () => {
    const answer = await lines(old, 'web', '&format=json&tailLines=1')
    const { podUid, objectSequence, ...line } = JSON.parse(answer.text) as Record<string, unknown>
    assert.ok(typeof podUid === 'string' && Number(objectSequence) > whileThere)
    assert.deepEqual(line, {
      ...{ time: '2025-12-29T09:20:00.005000000Z', node: 'n', namespace: 'shop', pod: 'web', container: 'main' },
      ...{ restart: 1, number: 2, stream: 'stdout', text: 'last' },
    })
  })

  it('are shown between what happened to their pod', async () => {
    const answer = await lines(old, 'web', '&format=json&events=true')
    const events = answer.text.split('\n').filter(line => line.includes('"event"'))
    assert.deepEqual(
      events.map(line => (JSON.parse(line) as { event: { type: string } }).event.type),
      ['created', 'deleted'],
    )
  })

  it('are shown by the command line, by the rights of the kubeconfig’s user', async () => {
    const home = await mkdtemp(join(tmpdir(), 'pp-lines-'))
    const shown = async (...args: readonly string[]): Promise<string> => {
      const env = { ...process.env, PERIPLUS_HOME: home, KUBECONFIG: cluster.kubeconfig }
      const { stdout } = await promisify(execFile)(join(root, 'bin/periplus'), ['logs', '-n', 'shop', ...args], { env })
      return stdout
    }
    assert.equal(await shown('pod/web'), 'one\ntwo\nthree\nlast\n')
    assert.equal(await shown('web', '--tail', '1', '--timestamps'), '2025-12-29T09:20:00.005000000Z last\n')
    assert.equal(await shown('deployment/web', '--grep', '^t'), '[web/main] two\n[web/main] three\n')
    assert.equal(await shown('-l', 'app=web', '--at', String(whileThere)), '[web/main] one\n[web/main] two\n')
    assert.match(await shown('pod/web', '--with-events'), /^-- \d+ created by user:\S+$/m)
    assert.equal(await shown('pod/web', '--gaps'), '')
    assert.match(await shown('pod/web', '--json', '--tail', '1'), /"restart":1,"number":2,.*"text":"last"/)
    await assert.rejects(shown('nonsense/web'), /there is no kind of the name 'nonsense'/)
    await assert.rejects(shown('pod/web', '--grep', '('), /--grep \(/)
    await rm(home, { recursive: true })
  })

  it('need the right to logs, of now and of then', async () => {
    assert.equal((await lines(reader, 'web')).status, 403)
    await bind('shop', 'next', 'view', 'next')
    assert.deepEqual(words(await lines(next, 'web', '&format=json')), [])
    assert.deepEqual(words(await lines(next, '-', '&format=json')), [])
    assert.deepEqual(words(await lines(cluster.admin, 'web', '&format=json')).length, 4)
    await gone('/apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings/old')
    assert.equal((await lines(old, 'web')).status, 403)
  })

  it('are followed as they come', async () => {
    const here = await made('/api/v1/namespaces/shop/pods', pod('here'))
    await says({ pod: 'here', podUid: here }, 1, 'first')
    const answer = await next.open('/api/v1/namespaces/shop/pods/here/log?source=stream&follow=true')
    let text = ''
    for await (const chunk of answer) {
      text += String(chunk)
      if (text === 'first\n') await says({ pod: 'here', podUid: here }, 2, 'second')
      if (text.endsWith('second\n')) break
    }
    assert.equal(text, 'first\nsecond\n')
  })

  it('are shown live in a terminal, the pods in colours of their own', async () => {
    const home = await mkdtemp(join(tmpdir(), 'pp-lines-'))
    const uids = new Map<string, string>()
    for (const name of ['blue', 'green'])
      uids.set(name, await made('/api/v1/namespaces/shop/pods', pod(name, { labels: { tailed: 'yes' } })))
    const writes = (name: string, number: number, text: string): Promise<void> =>
      says({ pod: name, podUid: uids.get(name) ?? '' }, number, text)
    await writes('blue', 1, 'from before')
    // `script` is who gives a program a terminal.
    const command = `exec ${join(root, 'bin/periplus')} tail -n shop -l tailed=yes --grep '[a-z]'`
    const { NO_COLOR: _, ...shell } = process.env
    const env = { ...shell, PERIPLUS_HOME: home, KUBECONFIG: cluster.kubeconfig }
    const tail = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], { env, stdio: 'pipe' })
    const ended = new Promise(resolve => tail.once('exit', resolve))
    let shown = ''
    for await (const chunk of tail.stdout) {
      shown += String(chunk)
      if (/from before\r\n$/.test(shown)) {
        await writes('green', 1, 'first')
        await writes('blue', 2, '2')
        await writes('blue', 3, 'third')
      }
      if (/third\r\n$/.test(shown)) tail.stdin.end('\u0003')
    }
    await ended
    const seen = [...shown.matchAll(/\u001b\[(3\d)m(\S+)\u001b\[0m ([^\r]*)\r\n/g)].map(([, colour, who, text]) => ({
      ...{ colour, who, text },
    }))
    assert.deepEqual(
      seen.map(({ who, text }) => `${who} ${text}`),
      ['blue/main from before', 'green/main first', 'blue/main third'],
    )
    const [blue, green, again] = seen.map(({ colour }) => colour)
    assert.ok(blue !== green && blue === again, shown)
    await rm(home, { recursive: true })
  })
})
