import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeCluster, testCluster } from '../e2e/cluster.ts'
import type { Ran } from '../e2e/cluster.ts'
import { commandLineOf, isAlive, processesOf } from './cluster-processes.ts'
import { until } from './until.ts'
import { saidBy } from './said-by.ts'

const five = [0, 1, 2, 3, 4]

describe('a cluster and those who start and stop it', function () {
  this.timeout(120_000)
  const cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
  const stateOf = (): string | undefined =>
    existsSync(join(cluster.home, 'supervisor.json'))
      ? (JSON.parse(readFileSync(join(cluster.home, 'supervisor.json'), 'utf8')) as { state?: string }).state
      : undefined
  const succeeds = async (command: string): Promise<string> => {
    const { code, stdout, stderr } = await cluster.periplus(command)
    assert.equal(code, 0, stderr + stdout)
    return stdout
  }
  const said = (): string => saidBy(cluster.home, 'supervisor')
  /** Servers that work in a directory of the cluster, children of theirs aside. */
  const serversIn = (name: string): number =>
    processesOf(cluster.home).filter(pid => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === join(cluster.home, name)
      } catch {
        return false
      }
    }).length
  after(() => removeCluster(cluster))

  it('five starts at once are one start, and each says what came of it', async () => {
    const outcomes = await Promise.all(five.map(() => cluster.periplus('up')))
    for (const { code, stderr } of outcomes) assert.equal(code, 0, stderr)
    const firsts = outcomes.filter(({ stdout }) => /is Ready after/.test(stdout))
    const others = outcomes.filter(({ stdout }) => /^the cluster is running; node .* is Ready/m.test(stdout))
    assert.deepEqual([firsts.length, others.length], [1, 4])
    assert.deepEqual([serversIn('nats'), serversIn('redis'), serversIn('logs')], [1, 1, 2])
  })

  it('a start while it is being stopped waits for that, and starts it', async () => {
    const before = cluster.processes()['supervisor']
    const down = cluster.periplus('down')
    await until('it is being stopped', () => stateOf() !== 'Ready')
    assert.match(await succeeds('up'), /is Ready after/)
    assert.equal((await down).code, 0)
    assert.notEqual(cluster.processes()['supervisor'], before)
    assert.match(await succeeds('status'), /^supervisor +\d+ +\d+ MiB\n/m)
    assert.equal(serversIn('nats'), 1)
  })

  it('damaged records of what runs hide nothing: it is found, taken over and stopped', async () => {
    const { supervisor = NaN } = cluster.processes()
    for (const text of ['', '{"supervisor":', '{"supervisor":{"pid":1,"started":"7"},"children":{}}', 'null']) {
      writeFileSync(join(cluster.home, 'supervisor.json'), text)
      assert.match((await cluster.periplus('status')).stdout, new RegExp(`^supervisor +${supervisor} `, 'm'))
    }
    assert.match(await succeeds('up'), /^the cluster is running/)
    process.kill(supervisor, 'SIGKILL')
    await until('the supervisor is gone', () => !isAlive(supervisor))
    const bystander = spawn('sleep', ['600'])
    const records = ['nats/nats.pid', 'redis/redis.pid', 'logs/node.pid', 'logs/control-plane.pid']
    const texts = ['', '{"pid":', JSON.stringify({ pid: bystander.pid, started: '7' }), String(bystander.pid)]
    records.forEach((record, i) => writeFileSync(join(cluster.home, record), texts[i] ?? ''))
    await succeeds('up')
    assert.deepEqual([serversIn('nats'), serversIn('redis'), serversIn('logs')], [1, 1, 2])
    process.kill(cluster.processes()['supervisor'] ?? NaN, 'SIGKILL')
    for (const record of [...records, 'supervisor.json']) rmSync(join(cluster.home, record))
    assert.match(await succeeds('down'), /ended what it had left behind: node, control-plane, redis, nats\n/)
    assert.deepEqual(processesOf(cluster.home), [])
    assert.ok(isAlive(bystander.pid ?? 0), 'who has the number now is left alone')
    bystander.kill()
  })

  it('what the authority can issue again is, and a key that others trust is named', async () => {
    const pki = join(cluster.home, 'pki')
    const readable = readFileSync(join(pki, 'admin.pem'), 'utf8')
    writeFileSync(join(pki, 'apiserver.pem'), '')
    writeFileSync(join(pki, 'scheduler.pem'), readable.slice(0, 300))
    writeFileSync(join(pki, 'controller-manager.pem'), 'garbage')
    await succeeds('up')
    await cluster.ok('get nodes')
    await succeeds('down')
    for (const [file, text, why] of [
      ['ca.pem', '', 'is damaged'],
      ['ca.pem', readFileSync(join(pki, 'ca.pem'), 'utf8').slice(0, -200), 'is damaged'],
      ['service-accounts.key', 'garbage', 'is damaged'],
    ] as const) {
      const path = join(pki, file)
      const good = readFileSync(path)
      writeFileSync(path, text)
      const { code, stderr } = await cluster.periplus('up')
      writeFileSync(path, good)
      assert.equal(code, 1)
      assert.ok(stderr.includes(`${path} ${why}: put the file back`), stderr)
      assert.equal(stderr.trimEnd().split('\n').length, 1, stderr)
      assert.deepEqual(processesOf(cluster.home), [])
    }
  })

  it('what stands still is ended and started again', async () => {
    await succeeds('up')
    const { supervisor, ...before } = cluster.processes()
    for (const pid of Object.values(before)) process.kill(pid, 'SIGSTOP')
    await until(
      'all are started again',
      () => Object.entries(before).every(([name, pid]) => cluster.processes()[name] !== pid),
      100_000,
    )
    for (const name of Object.keys(before))
      assert.match(said(), new RegExp(`"${name} stands still and does not answer`))
    assert.equal(cluster.processes()['supervisor'], supervisor)
    await until('the API serves', async () => (await cluster.kubectl('get --raw /readyz')).stdout === 'ok')
  })

  it('what it writes out is bounded while it runs', async () => {
    const path = join(cluster.home, 'logs/node.log')
    appendFileSync(path, 'x'.repeat(101 * 1024 ** 2))
    await until('it begins anew', () => statSync(path).size < 1024 ** 2)
    assert.ok(statSync(`${path}.1`).size > 101 * 1024 ** 2)
  })

  it('shows nobody else what it keeps', () => {
    const open: string[] = []
    const look = (directory: string): void => {
      for (const entry of readdirSync(directory, { withFileTypes: true })) {
        const path = join(directory, entry.name)
        if (entry.isDirectory()) look(path)
        else if (entry.isFile() && (statSync(path).mode & 0o077) !== 0) open.push(path)
      }
    }
    for (const name of ['pki', 'nats', 'redis', 'logs']) look(join(cluster.home, name))
    for (const name of ['cluster.json', 'supervisor.json', 'kubeconfig', 'api.port'])
      assert.equal(statSync(join(cluster.home, name)).mode & 0o077, 0, name)
    assert.deepEqual(open, [])
    const secrets = [
      ...['', 'health-', 'reader-', 'node-'].map(whose => `nats/nats.${whose}password`),
      'redis/redis.password',
    ]
    for (const secret of secrets.map(file => readFileSync(join(cluster.home, file), 'utf8').trim()))
      for (const pid of processesOf(cluster.home)) assert.ok(!commandLineOf(pid).includes(secret))
  })

  it('stops once, however many stop it', async () => {
    const outcomes = await Promise.all(five.map(() => cluster.periplus('down')))
    for (const { code, stderr } of outcomes) assert.equal(code, 0, stderr)
    assert.deepEqual(processesOf(cluster.home), [])
  })

  it('is forgotten also while somebody starts it', async () => {
    const starting = cluster.periplus('up')
    await until('it has begun', () => stateOf() === 'Starting')
    assert.match(await succeeds('reset'), /the cluster is forgotten/)
    const { code, stderr } = await starting
    assert.deepEqual([code, stderr], [1, 'periplus: the cluster was told to stop before it had started\n'])
    assert.deepEqual(processesOf(cluster.home), [])
    assert.ok(!existsSync(join(cluster.home, 'nats')))
  })

  it('five starts at once that fail all say why', async () => {
    const failing = testCluster({ PERIPLUS_RUNTIME: 'hollow', PERIPLUS_NATS_URL: 'nats://127.0.0.1:1' }, cluster.home)
    const outcomes: readonly Ran[] = await Promise.all(five.map(() => failing.periplus('up')))
    for (const { code, stderr } of outcomes) {
      assert.equal(code, 1)
      assert.match(stderr, /^periplus: .*NATS cannot be reached.*\n$/)
    }
    assert.deepEqual(processesOf(cluster.home), [])
  })
})

describe('a home', function () {
  this.timeout(60_000)
  let directory: string
  before(() => (directory = mkdtempSync(join(tmpdir(), 'pp-home-'))))
  after(() => rmSync(directory, { recursive: true }))

  for (const [what, prepare, line] of [
    ['that others may write to', (home: string) => mkdirSync(home), /others may write there \(mode 777\)$/],
    ['with a quote in its name', () => undefined, /a path with "\\"" cannot be used$/],
    ['with a comma in its name', () => undefined, /a path with "," cannot be used$/],
  ] as const)
    it(`${what} is refused`, async () => {
      const home = join(directory, what.includes('quote') ? 'a"b' : what.includes('comma') ? 'a,b' : 'open')
      prepare(home)
      if (existsSync(home)) await once(spawn('chmod', ['777', home]), 'exit')
      const { code, stderr } = await testCluster({ PERIPLUS_RUNTIME: 'hollow' }, home).periplus('up')
      assert.equal(code, 1)
      assert.match(stderr.trimEnd(), line)
      assert.equal(stderr.trimEnd().split('\n').length, 1, stderr)
    })

  it('of another user is refused', async () => {
    const home = join(directory, 'theirs')
    mkdirSync(home, { mode: 0o700 })
    await once(spawn('chown', ['65534', home]), 'exit')
    const { code, stderr } = await testCluster({ PERIPLUS_RUNTIME: 'hollow' }, home).periplus('up')
    assert.deepEqual([code, stderr], [1, `periplus: ${home} cannot be used: it belongs to another user (65534)\n`])
  })
})
