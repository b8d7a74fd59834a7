import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../faults/until.ts'
import { removeCluster, root, shareInstalled, testCluster } from './cluster.ts'

const page = readFileSync(join(root, 'deploy/two-hosts.md'), 'utf8')
/** The commands of the page, in its order. */
const blocks = [...page.matchAll(/```sh\n([^]*?)```/g)].map(([, text = '']) => text.trim())

/** A machine beside this one: names, a network and mounts of its own, and a cable between the two. */
const secondHost = async (): Promise<ChildProcess> => {
  // `cat` ends with this process, as its input does.
  const host = spawn('unshare', ['--net', '--mount', '--uts', 'sh', '-c', 'hostname two; echo ready; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(host.stdout, 'data')
  return host
}

describe('a cluster over two hosts', function () {
  this.timeout(300_000)
  const first = testCluster({
    PERIPLUS_ADVERTISE_ADDRESS: '192.0.2.1',
    PERIPLUS_IMAGES: 'standins',
    PERIPLUS_NODE_NAME: 'one',
  })
  const homeOfSecond = mkdtempSync(join(tmpdir(), 'pp-two-'))
  const cable = `pp-${process.pid}`
  let host: ChildProcess

  const run = (command: string, ...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: root })
    assert.equal(status, 0, `${command} ${args.join(' ')}: ${stderr}${stdout}`)
    return stdout
  }
  const within = (...words: string[]): string => {
    const { pid = 0 } = host
    return run(
      'nsenter',
      `--net=/proc/${pid}/ns/net`,
      `--mount=/proc/${pid}/ns/mnt`,
      `--uts=/proc/${pid}/ns/uts`,
      ...words,
    )
  }
  /** A line as it is typed on the second host. */
  const second = (line: string): string =>
    within('env', `PERIPLUS_HOME=${homeOfSecond}`, 'PERIPLUS_IMAGES=standins', 'sh', '-c', line)
  /** Lines as they are typed on the first one, in the place of whose usual home the test has its own. */
  const typed = async (block: string): Promise<string> => {
    const ran = await first.shell(block.replaceAll('.periplus/', `${first.home}/`))
    assert.equal(ran.code, 0, ran.stderr + ran.stdout)
    return ran.stdout
  }
  const podsOn = async (node: string): Promise<readonly string[]> =>
    (await first.ok(['get', 'pods', '-o', 'name', `--field-selector=spec.nodeName=${node}`]))
      .split('\n')
      .filter(line => line !== '')
  const addressOf = (pod: string): Promise<string> => first.ok(['get', pod, '-o', 'jsonpath={.status.podIP}'])

  before(async () => {
    shareInstalled(homeOfSecond)
    host = await secondHost()
    run('ip', 'link', 'add', cable, 'type', 'veth', 'peer', 'name', 'uplink', 'netns', String(host.pid))
    run('ip', 'address', 'add', '192.0.2.1/24', 'dev', cable)
    run('ip', 'link', 'set', cable, 'up')
    within('ip', 'link', 'set', 'lo', 'up')
    within('ip', 'address', 'add', '192.0.2.2/24', 'dev', 'uplink')
    within('ip', 'link', 'set', 'uplink', 'up')
    within('ip', 'route', 'add', 'default', 'via', '192.0.2.1')
  })
  after(async () => {
    second('bin/periplus reset')
    host.stdin?.end()
    await once(host, 'exit')
    rmSync(homeOfSecond, { recursive: true })
    await removeCluster(first)
  })

  it('comes up at the first host’s address, and lets the second one join by the line that it prints', async () => {
    const [start = '', token = '', join = ''] = blocks
    await typed(start)
    const line = (await typed(token)).trim()
    const pattern = join
      .replace('PORT', '\\d+')
      .replace('TOKEN', '[a-z0-9]{6}\\.[a-z0-9]{16}')
      .replace('HASH', 'sha256:[0-9a-f]{64}')
    assert.match(line, new RegExp(`^${pattern}$`))
    assert.match(second(line), /node two is Ready/)
  })

  it('runs pods on both', async () => {
    const said = await typed(blocks[3] ?? '')
    assert.match(said, /^one\s+Ready/m)
    assert.match(said, /^two\s+Ready/m)
    assert.ok((await podsOn('one')).length > 0)
    assert.ok((await podsOn('two')).length > 0)
  })

  it('reaches pods of the second host through the API server', async () => {
    const [pod = ''] = await podsOn('two')
    assert.equal((await first.ok(['exec', pod, '--', 'hostname'])).trim(), pod.replace('pod/', ''))
    await until('it has said something', async () => (await first.ok(['logs', pod])) !== undefined)
  })

  it('has one network of pods, services and names over both', async () => {
    const [[here = ''], [there = '']] = [await podsOn('one'), await podsOn('two')]
    await first.ok('expose deployment web --port=80')
    await first.ok('run client --image=busybox --overrides={"spec":{"nodeName":"two"}} --command -- sleep 3600')
    await first.ok('wait --for=condition=Ready pod/client --timeout=60s')
    const ask = (url: string): Promise<string> =>
      first.ok(['exec', 'client', '--', 'wget', '-q', '-T', '5', '-O', '-', url])
    for (const pod of [here, there]) assert.match(await ask(`http://${await addressOf(pod)}/`), /nginx/)
    assert.match(await ask('http://web.default.svc.cluster.local/'), /nginx/)
  })

  it('keeps from the second host what is not its node’s', () => {
    for (const secret of ['pki/ca.pem', 'pki/service-accounts.key', 'nats', 'redis', 'kubeconfig'])
      assert.ok(!existsSync(join(homeOfSecond, secret)), secret)
  })

  it('lets it leave, and does not know it any more', async () => {
    const [leave = '', remove = ''] = blocks.slice(4)
    const configuration = (): string => readFileSync(join(first.home, 'nats/nats.conf'), 'utf8')
    assert.match(configuration(), /periplus\.nodes\.two\.>/)
    assert.match(second(leave), /kubectl delete node two/)
    await typed(remove)
    await until('NATS has forgotten it', () => !configuration().includes('periplus.nodes.two.>'))
    assert.ok(!(await first.ok('get nodes')).includes('two'))
  })
})
