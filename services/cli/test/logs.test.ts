import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { homeOf } from '@periplus/cluster'
import { logsRequest } from '../src/commands/logs-request.ts'
import { isRole, roleLogs } from '../src/commands/role-logs.ts'
import type { Context } from '../src/context.ts'
import { logJson, logLine } from '../src/views/log-line.ts'

describe('asking for lines', () => {
  const path = (target: string | undefined, options: object = {}): string =>
    logsRequest(target, { namespace: 'shop', ...options }).path
  it('names a pod, an owner or labels', () => {
    const pods = '/api/v1/namespaces/shop/pods'
    assert.equal(path('pod/web'), `${pods}/web/log?source=stream&format=json`)
    assert.equal(path('web'), path('po/web'))
    assert.equal(path('deploy/web'), `${pods}/-/log?source=stream&format=json&owner=Deployment%2Fweb`)
    assert.equal(path(undefined, { selector: 'a=b' }), `${pods}/-/log?source=stream&format=json&labelSelector=a%3Db`)
    assert.throws(() => path(undefined), /say whose lines/)
  })
  it('names a moment, and from when on', () => {
    assert.match(path('web', { at: '2026-01-02T03:04:05Z' }), /^\/at\/2026-01-02T03%3A04%3A05Z\/api\/v1\//)
    assert.match(path('web', { since: '90m' }), /&sinceSeconds=5400$/)
    assert.match(path('web', { since: '2026-01-02T03:04:05Z' }), /&sinceTime=2026-01-02T03%3A04%3A05.000Z$/)
    assert.throws(() => path('web', { since: 'lately' }), /neither a duration/)
    assert.throws(() => path('web', { at: '5', follow: true }), /cannot be followed/)
  })
})

describe('showing lines', () => {
  const line = { time: 't', pod: 'p', container: 'c', text: 'said' }
  const plain = { timestamps: false, names: false, colours: false }
  it('as they are, or with who wrote them when', () => {
    assert.equal(logLine(line, plain), 'said')
    assert.equal(logLine(line, { ...plain, timestamps: true, names: true }), 't [p/c] said')
    assert.match(logLine(line, { ...plain, names: true, colours: true }), /^\u001b\[3\dmp\/c\u001b\[0m said$/)
    assert.equal(logLine({ time: 't', pod: 'p', base64: '/w==' }, plain), '\xff')
  })
  it('with what is missing between them', () => {
    const lost = (lines: number, bytes: number): string =>
      logLine({ time: 't', pod: 'p', lost: { reason: 'Quota', lines, bytes } }, plain)
    assert.equal(lost(3, 9), '-- 3 lines are not in the stream: Quota')
    assert.equal(lost(0, 9), '-- 9 bytes are not in the stream: Quota')
    assert.match(lost(0, 0), /nobody knows how many/)
  })
  it('to programs, and what is JSON as what it says', () => {
    assert.equal(
      logJson({ ...line, text: '{"level":"info"}' }),
      '{"time":"t","pod":"p","container":"c","json":{"level":"info"}}',
    )
    assert.equal(logJson({ ...line, text: '{no' }), '{"time":"t","pod":"p","container":"c","text":"{no"}')
  })
})

describe('what a part of the cluster says', () => {
  it('is read from its files, by the name of the process or of what runs in it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'pp-roles-'))
    await mkdir(join(directory, 'logs'))
    const file = join(directory, 'logs/control-plane.log')
    await writeFile(`${file}.1`, '{"component":"apiserver","message":"old"}\n')
    await writeFile(file, '{"component":"scheduler","message":"s"}\n{"component":"apiserver","message":"new"}\n')
    const said = async (role: string, options: object = {}): Promise<number> => {
      const lines: string[] = []
      const context = { home: homeOf(directory), say: (line: string) => lines.push(line) } as unknown as Context
      await roleLogs(context, role, options)
      return lines.length
    }
    assert.deepEqual([await said('control-plane'), await said('apiserver'), await said('scheduler')], [3, 2, 1])
    assert.deepEqual([await said('apiserver', { grep: 'old' }), await said('apiserver', { tail: '1' })], [1, 1])
    assert.equal(await said('kube-apiserver'), 2)
    assert.equal(await said('nats'), 0)
    const isOf = (word: string): boolean => isRole({ home: homeOf(directory) }, word)
    assert.deepEqual(['web', 'constructor', 'nats', 'kubelet'].map(isOf), [false, false, true, true])
    await rm(directory, { recursive: true })
  })
})
