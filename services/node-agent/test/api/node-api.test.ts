import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { get, request } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { nodeApi } from '../../src/api/node-api.ts'
import type { NodeApi } from '../../src/api/node-api.ts'
import { systemJournal } from '../../src/node-logs/journal.ts'
import type { Journal } from '../../src/node-logs/journal.ts'
import type { NodeSettings } from '../../src/settings.ts'

const settings = {
  clusterDns: ['10.96.0.10'],
  clusterDomain: 'cluster.local',
  cgroupRoot: '/kubepods',
  capacity: { pods: '110' },
} as unknown as NodeSettings

describe('what a node answers like a kubelet', () => {
  const directory = mkdtempSync(join(tmpdir(), 'pp-node-api-'))
  let api: NodeApi
  let door: Server

  before(async () => {
    mkdirSync(join(directory, 'log/pods'), { recursive: true })
    writeFileSync(join(directory, 'log/pods/a.log'), 'one\ntwo\n')
    writeFileSync(join(directory, 'log/empty'), '')
    writeFileSync(join(directory, 'secret'), 'not for you')
    symlinkSync(join(directory, 'secret'), join(directory, 'log/link'))
    const pods = () => [{ metadata: { name: 'web' } }]
    const figures = {
      summary: async (onlyBusy: boolean) => JSON.stringify({ onlyBusy }),
      resources: async () => undefined,
    }
    writeFileSync(join(directory, 'role.log'), '{"time":"2026-01-01T00:00:00Z","message":"said"}\n')
    writeFileSync(join(directory, 'log/syslog.log'), 'plain\n')
    const role = (name: string) => (name === 'kubelet' ? { path: join(directory, 'role.log') } : undefined)
    const logs = { directory: join(directory, 'log'), startedAt: 0, serviceLog: role, journal: systemJournal() }
    api = nodeApi({ settings, pods, logs, figures })
    door = createServer(socket => api.serve(socket))
    await new Promise<void>(resolve => door.listen(0, '127.0.0.1', resolve))
  })
  after(() => {
    api.close()
    door.close()
    rmSync(directory, { recursive: true })
  })

  const ask = (path: string, method = 'GET'): Promise<readonly [number, string]> =>
    new Promise((resolve, reject) => {
      const { port } = door.address() as AddressInfo
      const options = { host: '127.0.0.1', port, path, method, agent: false }
      const sent = (method === 'GET' ? get : request)(options, response => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () => resolve([response.statusCode ?? 0, text]))
      })
      sent.on('error', reject)
      sent.end()
    })

  it('is what it and its pods use, once that was measured', async () => {
    assert.deepEqual(await ask('/stats/summary'), [200, '{"onlyBusy":false}'])
    assert.deepEqual(await ask('/stats/summary?only_cpu_and_memory=true'), [200, '{"onlyBusy":true}'])
    assert.equal((await ask('/metrics/resource'))[0], 503)
  })
  it('is its health, its pods and its configuration', async () => {
    assert.deepEqual(await ask('/healthz'), [200, 'ok'])
    const [, pods] = await ask('/pods')
    assert.deepEqual(JSON.parse(pods).items, [{ metadata: { name: 'web' } }])
    const [, configuration] = await ask('/configz')
    assert.equal(JSON.parse(configuration).kubeletconfig.maxPods, 110)
  })

  it('is its own logs, and nothing that lies elsewhere', async () => {
    const [code, listing] = await ask('/logs/')
    assert.equal(code, 200)
    assert.match(listing, /<a href="pods\/">pods\/<\/a>/)
    assert.deepEqual(await ask('/logs/pods/a.log'), [200, 'one\ntwo\n'])
    assert.deepEqual(await ask('/logs/empty'), [200, ''])
    for (const path of [
      '/logs/link',
      '/logs/../secret',
      '/logs/%2e%2e/secret',
      '/logs/..%2fsecret',
      '/logs/none',
      '/logs/%zz',
      '/logs/%00',
    ])
      assert.equal((await ask(path))[0], 404, path)
  })

  it('is what its services said', async () => {
    const said = '{"time":"2026-01-01T00:00:00Z","message":"said"}\n'
    assert.deepEqual(await ask('/logs/?query=kubelet'), [200, said])
    assert.deepEqual(await ask('/logs/?query=kubelet&query=none&tailLines=5'), [
      200,
      `${said}\noptions present and query resolved to log files for [none]\ntry without specifying options\n`,
    ])
    assert.deepEqual(await ask('/logs/?query=syslog'), [200, 'plain\n'])
    assert.deepEqual(await ask('/logs/?query=none'), [200, '\nlog not found for none\n'])
    assert.deepEqual(await ask('/logs/?query=link'), [200, '\nlog not found for link\n'])
    assert.deepEqual(await ask('/logs/?query=/pods/a.log'), [200, 'one\ntwo\n'])
    assert.deepEqual(await ask('/logs/?query=/../secret'), [
      406,
      'query: Invalid value: ["/../secret"]: stat /var/log//../secret: no such file or directory\n',
    ])
    assert.deepEqual(await ask('/logs/pods/?query=kubelet'), [406, 'path not allowed in query mode\n'])
    assert.equal((await ask('/logs/?query='))[0], 400)
    assert.deepEqual(await ask('/logs/?query=kubelet', 'HEAD'), [200, ''])
  })

  it('asks its journal no further once the client has gone', async () => {
    let begun = (_: AbortSignal): void => undefined
    const reading = new Promise<AbortSignal>(resolve => (begun = resolve))
    const silent: Journal = {
      has: async () => true,
      read: (_, __, signal) => {
        begun(signal)
        return new PassThrough()
      },
    }
    const logs = { directory: join(directory, 'log'), startedAt: 0, journal: silent }
    const waiting = nodeApi({ settings, pods: () => [], logs })
    const gate = createServer(socket => waiting.serve(socket))
    await new Promise<void>(resolve => gate.listen(0, '127.0.0.1', resolve))
    const { port } = gate.address() as AddressInfo
    const asked = get({ host: '127.0.0.1', port, path: '/logs/?query=containerd', agent: false })
    asked.on('error', () => undefined)
    const signal = await reading
    asked.destroy()
    if (!signal.aborted) await once(signal, 'abort')
    waiting.close()
    gate.close()
  })

  it('is nothing else', async () => {
    assert.equal((await ask('/exec'))[0], 404)
    assert.equal((await ask('/healthz', 'POST'))[0], 405)
    assert.deepEqual(await ask('/healthz', 'HEAD'), [200, ''])
  })
})
