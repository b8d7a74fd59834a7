import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectBus } from '@periplus/bus'
import { E } from '@periplus/prelude'
import { removeCluster, testCluster } from '../e2e/cluster.ts'
import type { TestCluster } from '../e2e/cluster.ts'
import { saidBy } from './said-by.ts'

const filesUnder = (directory: string): readonly string[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap(one => {
    const path = join(directory, one.name)
    return one.isDirectory() ? filesUnder(path) : [path]
  })

const numberOf = (path: string): number => Number(/(\d+)\.blk$/.exec(path)?.[1])

/** Of OBJECTS, oldest first. */
const blocksOf = (home: string): readonly string[] =>
  filesUnder(join(home, 'nats'))
    .filter(path => path.includes('/OBJECTS/') && path.endsWith('.blk'))
    .toSorted((a, b) => numberOf(a) - numberOf(b))

/** Cuts off the last part of the newest block. */
const cutOff = (home: string, part: number): void => {
  const block = blocksOf(home).at(-1)
  assert.ok(block)
  truncateSync(block, Math.floor(statSync(block).size * (1 - part)))
}

describe('a disk that has damaged what lies on it', function () {
  this.timeout(300_000)
  let cluster: TestCluster
  const must = async (...args: string[]): Promise<void> => {
    const { code, stderr, stdout } = await cluster.periplus(...args)
    assert.equal(code, 0, stderr || stdout)
  }
  const configMaps = async (): Promise<readonly string[]> =>
    (await cluster.ok('get configmaps -l test=damage -o name')).trim().split('\n').toSorted()

  before(async () => {
    cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
    await must('up')
  })
  after(() => removeCluster(cluster))

  it('is found by verify, which says where, and finds nothing in what is whole', async () => {
    const whole = await cluster.periplus('verify')
    assert.equal(whole.code, 0, whole.stdout)
    assert.match(whole.stdout, /^Redis is what the log makes up to \d+\nnothing is wrong with the log$/m)
    const of = (name: string): string => readFileSync(join(cluster.home, 'nats', name), 'utf8').trim()
    const servers = `127.0.0.1:${of('nats.port')}`
    const bus = await connectBus({ servers, user: 'periplus', password: of('nats.password'), name: 'stranger' })
    assert.ok(E.isRight(bus))
    const subject = 'objects.core.pods.default.damaged'
    const headers = [['ce-digest', '00000000.of-what-was-written']] as const
    assert.equal((await bus.right.jetstream.publish({ subject, headers, data: Buffer.from('{}') })).tag, 'Stored')
    await bus.right.close()
    const damaged = await cluster.periplus('verify')
    assert.equal(damaged.code, 1, damaged.stdout)
    assert.match(damaged.stdout, /^\d+ objects\.core\.pods\.default\.damaged: it has no ce-id$/m)
    assert.match(damaged.stdout, /^findings in the log: 1$/m)
  })

  it('keeps no cluster from starting where it was in Redis, which is rebuilt', async () => {
    await must('down')
    const dump = join(cluster.home, 'redis', 'dump.rdb')
    assert.ok(existsSync(dump))
    writeFileSync(dump, Buffer.alloc(10_000, 'garbage'))
    await must('up')
  })

  it('is made good where the end of the log is lost and Redis has what it held', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `damage-${i}`)
    const items = names.map(name => ({
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { test: 'damage' } }, data: { name } },
    }))
    await cluster.ok('apply -f -', JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
    await cluster.ok('delete configmap damage-3')
    const before = await configMaps()
    assert.equal(before.length, 19)
    await must('down')
    cutOff(cluster.home, 0.1)
    await must('up')
    assert.deepEqual(await configMaps(), before)
  })

  it('is made good where blocks from the middle of the log are lost and Redis has what they held', async () => {
    const text = 'x'.repeat(900_000)
    for (let i = 0; i < 12; i++) {
      const metadata = { name: `large-${i}`, labels: { test: 'damage' } }
      await cluster.ok('create -f -', JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { text } }))
    }
    await cluster.ok('delete configmap large-0')
    const before = await configMaps()
    await must('down')
    const [, second] = blocksOf(cluster.home)
    assert.ok(second)
    const [first] = blocksOf(cluster.home)
    assert.ok(first)
    truncateSync(first, 2_000)
    await must('up')
    assert.deepEqual(await configMaps(), before)
    const log = saidBy(cluster.home, 'control-plane')
    assert.match(log, /\d+ events are missing from the log's middle: the log was damaged/)
  })

  it('is told of where nobody has what is lost, and the operator says whether to go on', async () => {
    await must('down')
    cutOff(cluster.home, 0.3)
    rmSync(join(cluster.home, 'redis', 'dump.rdb'))
    const { code, stderr } = await cluster.periplus('up')
    assert.equal(code, 1)
    assert.match(stderr, /the log ends at event \d+, and events up to \d+ had been written: .*PERIPLUS_ACCEPT_LOSS=yes/)
    const accepting = testCluster({ PERIPLUS_RUNTIME: 'hollow', PERIPLUS_ACCEPT_LOSS: 'yes' }, cluster.home)
    const accepted = await accepting.periplus('up')
    assert.equal(accepted.code, 0, accepted.stderr)
    await cluster.ok('get nodes')
  })
})
