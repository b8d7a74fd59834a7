import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { get, request } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeApi } from '../../src/api/node-api.ts'
import type { NodeApi } from '../../src/api/node-api.ts'
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
    api = nodeApi({ settings, pods, logs: join(directory, 'log'), figures })
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

  it('is nothing else', async () => {
    assert.equal((await ask('/exec'))[0], 404)
    assert.equal((await ask('/healthz', 'POST'))[0], 405)
    assert.deepEqual(await ask('/healthz', 'HEAD'), [200, ''])
  })
})
