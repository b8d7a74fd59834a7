import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { access, mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { ensureContainerd, stopContainerd } from '@periplus/service'
import { containerdRuntime } from '../src/index.ts'
import type { ContainerRuntime } from '../src/index.ts'
import { containerConfig, sandboxConfig } from '../src/contract/configs.ts'
import { right } from '../src/contract/stage.ts'
import { testContainerd } from './support/containerd.ts'
import type { TestContainerd } from './support/containerd.ts'

describe('a containerd of our own', function () {
  this.timeout(60_000)
  let own: TestContainerd
  let runtime: ContainerRuntime

  before(async function () {
    this.timeout(300_000)
    own = await testContainerd()
    await mkdir(join(own.directory, 'logs'))
    runtime = containerdRuntime({ address: own.address })
  })
  after(async () => {
    await runtime.close()
    await own.remove()
  })

  const nginx = async (name: string, hostPort = 0) => {
    right(await runtime.pullImage('nginx:1.7.9'))
    const sandbox = sandboxConfig({
      name,
      logDirectory: join(own.directory, 'logs', name),
      portMappings: [{ protocol: 'TCP', containerPort: 80, hostPort, hostIp: '127.0.0.1' }],
    })
    const sandboxId = right(await runtime.runSandbox(sandbox))
    const id = right(await runtime.createContainer(sandboxId, containerConfig({ sandbox, image: 'nginx:1.7.9' })))
    right(await runtime.startContainer(id))
    const [ip = ''] = right(await runtime.sandboxes()).find(found => found.id === sandboxId)?.ips ?? []
    return { id, ip, log: join(own.directory, 'logs', name, 'main/0.log') }
  }

  it('runs nginx as its own image would: port 80, logs on the outputs, SIGQUIT to stop', async () => {
    const { id, ip, log } = await nginx('web')
    assert.match(await pageOf(`http://${ip}/`), /Welcome to nginx!/)
    right(await runtime.stopContainer(id, 20))
    const state = right(await runtime.container(id))
    assert.deepEqual([state.exitCode, state.reason], [0, 'Completed'])
    const written = await readFile(log, 'utf8')
    assert.match(written, /stdout F \S+ - - \[.*\] "GET \/ HTTP\/1\.1" 200/)
    assert.match(written, /stderr F .*signal 3 \(SIGQUIT\)/)
  })

  it('is used as it is when it already runs', async () => {
    const again = await ensureContainerd(own.request)
    assert.ok(E.isRight(again))
    assert.equal(again.right.started, false)
  })

  it('finds its containers again after it was stopped', async () => {
    const { id, ip } = await nginx('lasting')
    await stopContainerd(own.request.home, { endContainers: false })
    assert.match(await pageOf(`http://${ip}/`), /Welcome to nginx!/)
    const refused = await runtime.containers()
    assert.ok(E.isLeft(refused) && refused.left.tag === 'Unavailable', JSON.stringify(refused))

    const again = await ensureContainerd(own.request)
    assert.ok(E.isRight(again) && again.right.started)
    // The channel finds the daemon by itself, as soon as its next attempt is due.
    while (E.isLeft(await runtime.status())) await new Promise(resolve => setTimeout(resolve, 50))
    assert.equal(right(await runtime.container(id)).state, 'running')
    right(await runtime.stopContainer(id, 20))
    assert.equal(right(await runtime.container(id)).exitCode, 0)
  })

  it('limits what a pod receives and sends, in the kernel', async () => {
    const sandboxId = right(await runtime.runSandbox(limited(own, 'limited')))
    const [pod] = shapedPods(own.request.bridge)
    assert.deepEqual([pod?.received, pod?.sent], [1e6, 2e6])
    right(await runtime.stopSandbox(sandboxId))
    await assert.rejects(access(`/sys/class/net/${pod?.shaper}`))
    assert.deepEqual(shapedPods(own.request.bridge), [])
  })

  it('refuses to limit a pod where its network has no plugin for it', async () => {
    const path = join(own.request.home, 'cni/conf/10-pods.conflist')
    const whole = await readFile(path, 'utf8')
    const { plugins, ...rest } = JSON.parse(whole) as { plugins: { type: string }[] }
    await writeFile(path, JSON.stringify({ ...rest, plugins: plugins.filter(({ type }) => type !== 'bandwidth') }))
    // The daemon reads the file again as soon as the kernel has told it of the change.
    while (right(await runtime.status()).lacks.length === 0) await new Promise(resolve => setTimeout(resolve, 20))
    const outcome = await runtime.runSandbox(limited(own, 'refused'))
    assert.ok(E.isLeft(outcome) && outcome.left.tag === 'Unsupported', JSON.stringify(outcome))
    await writeFile(path, whole)
    while (right(await runtime.status()).lacks.length > 0) await new Promise(resolve => setTimeout(resolve, 20))
  })

  it('leaves nothing when it is reset, however it ended', async () => {
    const other = await testContainerd()
    const others = containerdRuntime({ address: other.address })
    const sandbox = sandboxConfig({
      name: 'left',
      logDirectory: join(other.directory, 'logs'),
      portMappings: [{ protocol: 'TCP', containerPort: 80, hostPort: 18219, hostIp: '' }],
    })
    right(await others.runSandbox(sandbox))
    right(await others.runSandbox(limited(other, 'limited')))
    const [pod] = shapedPods(other.request.bridge)
    await access(`/sys/class/net/${pod?.shaper}`)
    const namespaces = namespacesOn(other.request.bridge)
    assert.equal(namespaces.length, 2)
    assert.ok(E.isRight(await ensureContainerd(other.request)))
    await others.close()
    await other.remove()
    const staying = new Set(await readdir('/run/netns'))
    assert.deepEqual(
      namespaces.filter(name => staying.has(name)),
      [],
    )
    const mounts = await readFile('/proc/self/mounts', 'utf8')
    assert.equal(mounts.includes(other.directory), false)
    await assert.rejects(access(other.request.home))
    await assert.rejects(access(`/sys/class/net/${other.request.bridge}`))
    await assert.rejects(access(`/sys/class/net/${pod?.shaper}`))
    // The one beside it goes on.
    assert.ok(E.isRight(await runtime.status()))
  })
})

const limited = ({ directory }: TestContainerd, name: string) =>
  sandboxConfig({ name, logDirectory: join(directory, 'logs', name), bandwidth: { ingress: 1e6, egress: 2e6 } })

interface Queue {
  readonly kind: string
  readonly options: { readonly rate?: number }
}

interface Filter {
  readonly options?: { readonly actions?: readonly { readonly to_dev?: string }[] }
}

const tool = <A>(program: string, ...args: readonly string[]): readonly A[] =>
  JSON.parse(execFileSync(program, args, { encoding: 'utf8' }) || '[]') as readonly A[]

/** In bits a second, of each interface on the bridge that is shaped, and over which interface goes what its pod sends. */
const shapedPods = (bridge: string) => {
  const rate = (device: string): number =>
    8 * (tool<Queue>('tc', '-j', 'qdisc', 'show', 'dev', device).find(({ kind }) => kind === 'tbf')?.options.rate ?? 0)
  return tool<{ ifname: string }>('ip', '-j', 'link', 'show', 'master', bridge).flatMap(({ ifname }) => {
    const shaper = tool<Filter>('tc', '-j', 'filter', 'show', 'dev', ifname, 'parent', 'ffff:')
      .flatMap(({ options }) => options?.actions ?? [])
      .find(({ to_dev }) => to_dev !== undefined)?.to_dev
    return shaper === undefined ? [] : [{ shaper, received: rate(ifname), sent: rate(shaper) }]
  })
}

/** The network namespaces at the other ends of a bridge's interfaces, by their names below `/run/netns`. */
const namespacesOn = (bridge: string): readonly string[] => {
  const ids = tool<{ link_netnsid: number }>('ip', '-j', 'link', 'show', 'master', bridge).map(
    ({ link_netnsid: id }) => id,
  )
  return tool<{ name: string; id?: number }>('ip', '-j', 'netns')
    .filter(({ id }) => id !== undefined && ids.includes(id))
    .map(({ name }) => name)
}

const pageOf = (url: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const ask = (left: number): void => {
      const asked = get(url, { agent: false }, response => {
        let text = ''
        response.setEncoding('utf8').on('data', chunk => (text += chunk))
        response.on('end', () => resolve(text))
      })
      // A started container is not yet a listening one.
      asked.on('error', error => (left > 0 ? setTimeout(ask, 20, left - 1) : reject(error)))
    }
    ask(250)
  })
