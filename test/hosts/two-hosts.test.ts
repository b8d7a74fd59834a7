import assert from 'node:assert/strict'
import { once } from 'node:events'
import { copyFileSync, existsSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../e2e/cluster.ts'
import type { Ran } from '../e2e/cluster.ts'
import { isAlive } from '../faults/cluster-processes.ts'
import { until } from '../faults/until.ts'
import { openSegment } from './machines.ts'
import type { Machine, Segment } from './machines.ts'

const page = readFileSync(join(root, 'deploy/two-hosts.md'), 'utf8')
/** The commands of the page, in its order. */
const blocks = [...page.matchAll(/```sh\n([^]*?)```/g)].map(([, text = '']) => text.trim())

const nodes = ['one', 'two'] as const
type NodeName = (typeof nodes)[number]

/** On the second host, with the machine's kubectl in it. */
const podWithKubectl = (path: string): unknown => {
  const container = {
    ...{ name: 'c', image: 'nginx', command: ['sleep', '100000'] },
    volumeMounts: [{ name: 'kubectl', mountPath: '/usr/bin/kubectl' }],
  }
  const volumes = [{ name: 'kubectl', hostPath: { path } }]
  const spec = { nodeName: 'two', volumes, containers: [container] }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'kubectl' }, spec }
}

describe('a cluster over two hosts that a router is between, with containers', function () {
  this.timeout(120_000)
  let segment: Segment
  let one: Machine
  let two: Machine
  /** Behind the same router, and of no cluster. */
  let stranger: Machine

  /** Lines as they are typed on a host, in the place of whose usual home the test has its own. */
  const typed = (machine: Machine, block = ''): Promise<string> =>
    machine.typed(block.replaceAll('.periplus/', `${machine.home}/`))
  const jsonPath = (what: string, path: string): Promise<string> =>
    one.ok(['get', ...what.split(' '), '-o', `jsonpath=${path}`])
  const podOn = (node: NodeName, app: string, path = '{.items[0].metadata.name}'): Promise<string> =>
    jsonPath(`pods -l app=${app} --field-selector=spec.nodeName=${node}`, path)
  /** From a pod on that node. */
  const inPod = async (node: NodeName, url: string): Promise<string> => {
    const pod = await podOn(node, 'client')
    return (await one.ok(['exec', pod, '--', 'timeout', '5', 'wget', '-q', '-O', '-', url])).trim()
  }
  /** From a machine itself. */
  const onMachine = (machine: Machine, url: string): string => machine.run('curl', '-sS', '-m', '5', url).trim()
  /** Whoever answers, both do. */
  const bothAnswer = async (what: string, ask: () => Promise<string> | string): Promise<void> => {
    const heard = new Set<string>()
    await until(`${what}: both answer`, async () => heard.add(await ask()).size === nodes.length)
    assert.deepEqual([...heard].sort(), [...nodes])
  }

  before(async () => {
    segment = await openSegment('router')
    one = await segment.machine('one')
    two = await segment.machine('two')
    stranger = await segment.machine('stranger')
  })
  after(() => segment.close())

  it('comes up at the first host’s address, and lets the second one join by the line that it prints', async () => {
    const [start, token, join = ''] = blocks
    await typed(one, start)
    const line = (await typed(one, token)).trim()
    const pattern = join
      .replace('PORT', '\\d+')
      .replace('TOKEN', '[a-z0-9]{6}\\.[a-z0-9]{16}')
      .replace('HASH', 'sha256:[0-9a-f]{64}')
    assert.match(line, new RegExp(`^${pattern}$`))
    assert.match(await typed(two, line), /node two is Ready/)
  })

  it('runs pods on both', async () => {
    const said = await typed(one, blocks[3])
    for (const node of nodes) assert.match(said, new RegExp(`^${node} +Ready`, 'm'))
    const on = (await jsonPath('pods -l app=web', '{.items[*].spec.nodeName}')).split(' ')
    assert.deepEqual([...new Set(on)].sort(), [...nodes])
    await one.ok(['create', '-f', join(root, 'test/fixtures/everywhere.yaml')])
    for (const set of ['everywhere', 'client']) await one.ok(`rollout status daemonset/${set} --timeout=60s`)
    assert.equal(await jsonPath('daemonset client', '{.status.numberAvailable}'), '2')
  })

  it('reaches pods of the second host through the API server: exec, logs as they come, and ports', async () => {
    const pod = await podOn('two', 'client')
    assert.equal(await one.ok(['exec', pod, '--', 'hostname']), `${pod}\n`)
    assert.equal(await one.ok(['exec', '-i', pod, '--', 'cat'], 'through and through'), 'through and through')
    const following = one.start('kubectl', ['logs', '-f', '--tail=1', pod])
    let lines = ''
    following.stdout?.setEncoding('utf8').on('data', (text: string) => (lines += text))
    await until('lines come', () => lines.split('\n').length > 5)
    following.kill()
    const numbers = [...lines.matchAll(/^line (\d+)$/gm)].map(([, number]) => Number(number))
    assert.deepEqual(
      numbers,
      numbers.map((_, n) => (numbers[0] ?? 0) + n),
    )
    const forwarding = one.start('kubectl', [
      'port-forward',
      await podOn('two', 'everywhere').then(name => `pod/${name}`),
      ':80',
    ])
    let told = ''
    forwarding.stdout?.setEncoding('utf8').on('data', (text: string) => (told += text))
    const [, port = ''] = await until('ports are forwarded', () => /127\.0\.0\.1:(\d+)/.exec(told) ?? undefined)
    assert.equal(onMachine(one, `http://127.0.0.1:${port}`), 'two')
    forwarding.kill()
    for (const child of [following, forwarding])
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })

  it('has one network of pods: each reaches each, and so does each host', async () => {
    for (const to of nodes) {
      const url = `http://${await podOn(to, 'everywhere', '{.items[0].status.podIP}')}`
      for (const from of nodes) assert.equal(await inPod(from, url), to, `from a pod on ${from}`)
      for (const machine of [one, two]) assert.equal(onMachine(machine, url), to, `from ${machine.name}`)
    }
  })

  it('has one service on both, by its name, at its address and at the port of every node', async () => {
    const address = await jsonPath('service everywhere', '{.spec.clusterIP}')
    const port = await jsonPath('service everywhere', '{.spec.ports[0].nodePort}')
    for (const node of nodes) {
      await bothAnswer(`by name on ${node}`, () => inPod(node, 'http://everywhere.default.svc.cluster.local'))
      await bothAnswer(`by address on ${node}`, () => inPod(node, `http://${address}`))
    }
    for (const machine of [one, two])
      await bothAnswer(`from ${machine.name}`, () => onMachine(machine, `http://${address}`))
    for (const from of [one, two, stranger])
      for (const { address: at } of [one, two])
        await bothAnswer(`from ${from.name} at ${at}`, () => onMachine(from, `http://${at}:${port}`))
  })

  it('knows pods of the other host by their addresses: a network policy lets through who it names', async () => {
    const spec = {
      podSelector: { matchLabels: { app: 'everywhere' } },
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'client' } } }] }],
    }
    const metadata = { name: 'clients' }
    await one.ok(
      'create -f -',
      JSON.stringify({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec }),
    )
    const url = `http://${await podOn('two', 'everywhere', '{.items[0].status.podIP}')}`
    await until('who is not named is kept out', () => {
      try {
        return onMachine(one, url) === undefined
      } catch {
        return true
      }
    })
    for (const from of nodes) assert.equal(await inPod(from, url), 'two')
    await one.ok('delete networkpolicy clients')
  })

  it('leads pods of the second host to the API server, which knows them', async () => {
    const pod = podWithKubectl(realpathSync(join(two.home, 'tools/bin/kubectl')))
    await one.ok('create -f -', JSON.stringify(pod))
    await one.ok('wait --for=condition=Ready pod/kubectl --timeout=60s')
    const who = await one.ok('exec kubectl -- kubectl auth whoami')
    assert.match(who, /system:serviceaccount:default:default/)
    await one.ok('delete pod kubectl --now')
  })

  it('keeps the second host’s pods while its node is killed and started again', async () => {
    const before = await podOn(
      'two',
      'client',
      '{.items[0].metadata.uid} {.items[0].status.containerStatuses[0].containerID}',
    )
    const killed = two.processes()['node'] ?? NaN
    process.kill(killed, 'SIGKILL')
    await until('it is started again', () => {
      const { node = killed } = two.processes()
      return node !== killed && isAlive(node)
    })
    const pod = await podOn('two', 'client')
    await until('it answers', async () => (await one.ok(['exec', pod, '--', 'hostname'])) === `${pod}\n`)
    assert.equal(
      await podOn('two', 'client', '{.items[0].metadata.uid} {.items[0].status.containerStatuses[0].containerID}'),
      before,
    )
  })

  it('keeps from the second host what is not its node’s', () => {
    for (const secret of ['pki/ca.pem', 'pki/service-accounts.key', 'nats', 'redis', 'kubeconfig'])
      assert.ok(!existsSync(join(two.home, secret)), secret)
  })

  it('moves pods to the first host when the second is drained', async () => {
    await one.ok('drain two --ignore-daemonsets --delete-emptydir-data --timeout=60s')
    await one.ok('rollout status deployment/web --timeout=60s')
    assert.equal(await podOn('two', 'web', '{.items[*].metadata.name}'), '')
  })

  it('lets the second host leave, and does not know it any more', async () => {
    const [leave, remove] = blocks.slice(4)
    const configuration = (): string => readFileSync(join(one.home, 'nats/nats.conf'), 'utf8')
    assert.match(configuration(), /periplus\.nodes\.two\.>/)
    const stolen = join(one.home, 'stolen.pem')
    copyFileSync(join(two.home, 'pki/nodes/two.pem'), stolen)
    const server = await one.ok('config view --raw -o jsonpath={.clusters[0].cluster.server}')
    const asNode = (words: string): Promise<Ran> =>
      one.kubectl([
        ...['--kubeconfig=/dev/null', `--server=${server}`, `--certificate-authority=${join(one.home, 'pki/ca.crt')}`],
        ...[`--client-certificate=${stolen}`, `--client-key=${stolen}`, ...words.split(' ')],
      ])
    assert.match((await asNode('auth whoami')).stdout, /system:node:two/)
    assert.match(await typed(two, leave), /periplus remove-host two --force/)
    assert.match(await typed(one, remove), /two is gone from the cluster/)
    assert.match((await asNode('auth whoami')).stderr, /must be logged in|Unauthorized/)
    assert.equal(
      await jsonPath(
        'secrets -n kube-system --field-selector=type=bootstrap.kubernetes.io/token',
        '{.items[*].metadata.name}',
      ),
      '',
    )
    await until('NATS has forgotten it', () => !configuration().includes('periplus.nodes.two.>'))
    assert.equal(await jsonPath('nodes', '{.items[*].metadata.name}'), 'one')
    await until('its pods are gone', async () => (await podOn('two', 'client', '{.items[*].metadata.name}')) === '')
    await until('nothing leads there any more', () => !/^[^d].* via/m.test(one.run('ip', 'route')))
    assert.doesNotMatch(two.run('sh', '-c', 'ip link; ip route; nft list ruleset'), /pp-| proto 2\d\d/)
  })
})
