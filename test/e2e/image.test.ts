import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { until } from '../faults/until.ts'
import { testContainerd } from '../../libs/runtime/test/support/containerd.ts'
import type { TestContainerd } from '../../libs/runtime/test/support/containerd.ts'
import { installedHome, root, testCluster } from './cluster.ts'

const run = promisify(execFile)
const compose = parse(readFileSync(join(root, 'deploy/compose.yaml'), 'utf8')) as {
  readonly services: { readonly periplus: { readonly image: string; readonly environment: Record<string, string> } }
}
const service = compose.services.periplus
const image = `docker.io/library/${service.image}:latest`
/** As the compose file sets them where nothing else does. */
const environment = Object.entries(service.environment).map(
  ([name, value]) => `${name}=${value.replace(/\$\{\w+:-(.*)\}/, '$1')}`,
)
const id = 'periplus-image'

/** All of a cluster from the image, as a container of a containerd of our own: nothing of the checkout is mounted. */
describe('the image', function () {
  this.timeout(240_000)
  let containerd: TestContainerd
  let directory: string
  const ctr = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run('ctr', ['--address', containerd.address.replace(/^unix:\/\//, ''), ...args])
    return stdout
  }
  let asked = 0
  const inside = (...words: readonly string[]): Promise<string> =>
    ctr('task', 'exec', '--exec-id', `ask-${asked++}`, id, ...words)

  before(async () => {
    containerd = await testContainerd()
    directory = mkdtempSync(join(tmpdir(), 'pp-image-'))
    const archive = join(directory, 'periplus.tar')
    const { code, stderr } = await testCluster({}, installedHome()).periplus('image', archive)
    assert.equal(code, 0, stderr)
    await ctr('images', 'import', archive)
    rmSync(archive)
    await ctr('run', '--detach', '--net-host', ...environment.flatMap(one => ['--env', one]), image, id)
  })
  after(async () => {
    await ctr('task', 'kill', '--signal', 'SIGTERM', id)
    await until('the supervisor has ended its processes', async () => (await ctr('task', 'ls')).includes('STOPPED'))
    await ctr('task', 'rm', id)
    await ctr('container', 'rm', id)
    await containerd.remove()
    rmSync(directory, { recursive: true })
  })

  it('runs a cluster: servers, control plane, and a node with a pod', async () => {
    const kubectl = (...words: readonly string[]) =>
      inside('kubectl', '--kubeconfig', '/var/lib/periplus/kubeconfig', ...words)
    await until('its node is ready', async () => /\bReady\b/.test(await kubectl('get', 'nodes')), 120_000)
    await kubectl('create', 'configmap', 'made', '--from-literal=in=image')
    assert.equal(await kubectl('get', 'configmap', 'made', '-o', 'jsonpath={.data.in}'), 'image')
    assert.match(await inside('/opt/periplus/bin/periplus', 'verify'), /nothing is wrong with the log/)
    await kubectl('run', 'said', '--image=busybox:1.36', '--restart=Never', '--', 'echo', 'from the image')
    await kubectl('wait', '--for=jsonpath={.status.phase}=Succeeded', 'pod/said', '--timeout=60s')
    assert.equal(await kubectl('logs', 'said'), 'from the image\n')
  })
})
