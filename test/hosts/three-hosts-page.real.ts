import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../e2e/cluster.ts'
import { isAlive } from '../faults/cluster-processes.ts'
import { flipBit } from '../faults/flip-bit.ts'
import { until } from '../faults/until.ts'
import { openSegment } from './machines.ts'
import type { Machine, Segment } from './machines.ts'
import { startObserver } from './observer.ts'
import type { Observer } from './observer.ts'

const page = readFileSync(join(root, 'deploy/three-hosts.md'), 'utf8')
/** What the page has typed, in its order; the addresses are the machines' own. */
const lines = [...page.matchAll(/```sh\n([^]*?)```/g)]
  .flatMap(([, text = '']) => text.trim().split('\n'))
  .filter(line => !line.startsWith('export PERIPLUS_ADVERTISE_ADDRESS='))
const used = new Set<string>()
/** The line of the page that begins so, and goes no further where `whole`. */
const line = (begin: string, whole = false): string => {
  const found = lines.find(one => (whole ? one === begin : one.startsWith(begin)))
  if (found === undefined) assert.fail(`the page has no line ${begin}`)
  used.add(found)
  return found
}

describe('three hosts by the words of their page, which come and go under load', function () {
  this.timeout(480_000)
  let segment: Segment
  const machines: Machine[] = []
  const observers: Observer[] = []
  let round = 0

  const machine = (n: number): Machine => machines[n] ?? assert.fail(`no machine ${n}`)
  const joins = async (at: Machine, name = at.name): Promise<void> => {
    const printed = await machine(0).typed(line('bin/periplus token create'))
    const pattern = line('bin/periplus join')
      .replace('PORT', '\\d+')
      .replace(/TOKEN|HASH|KEY/g, '\\S+')
    assert.match(printed, new RegExp(`^${pattern}$`))
    assert.match(await at.typed(`PERIPLUS_NODE_NAME=${name} ${printed}`), new RegExp(`node ${name} is Ready`))
  }
  const nodes = async (at: Machine): Promise<readonly string[]> =>
    (await at.ok('get nodes -o jsonpath={.items[*].metadata.name}')).split(' ')
  const deploys = async (at: Machine, name: string): Promise<void> => {
    await at.ok(`create deployment ${name} --image=nginx --replicas=4`)
    await at.ok(`rollout status deployment/${name} --timeout=90s`)
  }
  /** All that runs there at once. */
  const kill = async (at: Machine): Promise<void> => {
    const { supervisor = NaN, ...others } = at.processes()
    const killed = [supervisor, ...Object.values(others)]
    for (const pid of killed) process.kill(pid, 'SIGKILL')
    await until('they are gone', () => !killed.some(isAlive))
  }
  const refused = async (at: Machine, words: string): Promise<string> => {
    const { code, stderr } = await at.shell(words)
    assert.equal(code, 1)
    return stderr
  }
  /** Ends what was observed up to now, where all was well, and begins anew on these machines. */
  const observeAnew = async (...at: readonly Machine[]): Promise<void> => {
    await Promise.all(observers.map(observer => observer.stopLoad()))
    for (const observer of observers) await observer.audit()
    await Promise.all(observers.splice(0).map(observer => observer.end()))
    const suffix = `-${++round}`
    observers.push(...(await Promise.all(at.map(one => startObserver(one, suffix)))))
    await goOn('when it is observed anew')
  }
  const goOn = (when: string, where = observers): Promise<unknown> =>
    Promise.all(where.map(observer => observer.goesOn(when)))

  before(async () => {
    segment = await openSegment()
    for (const name of ['one', 'two', 'three', 'four']) machines.push(await segment.controlPlane(name))
    await machine(0).typed(line('bin/periplus up'))
    await joins(machine(1))
  })
  after(async () => {
    await Promise.all(observers.map(observer => observer.end()))
    await segment.close()
  })

  it('stays with one server as long as there are two hosts, and says why', async () => {
    assert.match(
      await refused(machine(0), line('bin/periplus replicate')),
      /one server keeps the log, and that stays so: 2 of the hosts have a control plane/,
    )
  })

  it('is copied to three when the third is there, at the same versions, while clients write and watch', async () => {
    await joins(machine(2))
    await machine(0).ok('create configmap before --from-literal=a=b')
    observers.push(...(await Promise.all(machines.slice(0, 3).map(at => startObserver(at)))))
    await goOn('at first')
    const version = (at: Machine): Promise<string> =>
      at.ok('get configmap before -o jsonpath={.metadata.resourceVersion}')
    const before = await version(machine(0))
    assert.match(await machine(0).typed(line('bin/periplus replicate')), /the log is kept by one, /)
    await goOn('when the log is copied')
    for (const at of machines.slice(0, 3)) assert.equal(await version(at), before)
    await deploys(machine(1), 'with')
  })

  it('goes on without the first host, all of whose processes were killed', async () => {
    const begun = performance.now()
    await kill(machine(0))
    await goOn('without the first host', observers.slice(1))
    console.log(`      writes went on after ${((performance.now() - begun) / 1000).toFixed(1)} s`)
    // Pods are placed on it for as long as it seems to live.
    await machine(1).ok('wait --for=condition=Ready=Unknown node/one --timeout=120s')
    await deploys(machine(1), 'without')
    for (const lease of ['periplus-controllers', 'periplus-scheduler'])
      assert.match(
        await machine(2).ok(`get lease -n kube-system ${lease} -o jsonpath={.spec.holderIdentity}`),
        /^(two|three)/,
      )
  })

  it('takes the first host back, which catches up', async () => {
    await machine(0).typed(line('bin/periplus up'))
    await goOn('when the first is back')
    await deploys(machine(0), 'again')
  })

  it('finds a copy of the log that a disk has changed, and makes it anew from the others', async () => {
    // Of an event that every reader has seen: whoever reads a damaged copy now is not told what it lacks.
    flipBit(join(machine(1).home, 'nats'), 'configmaps.default.before')
    const verified = async (at: Machine, words: string): Promise<string> => {
      const { stdout, stderr } = await at.shell(words)
      return stdout + stderr
    }
    // Until the server forgets what it had in memory, it reads nothing from its disk.
    await until(
      'it is found',
      async () => /^two: \d+ .*before: not there$/m.test(await verified(machine(0), line('bin/periplus verify', true))),
      120_000,
    )
    assert.match(
      await verified(machine(1), line('bin/periplus verify --repair')),
      /the copy of two was made anew from the others/,
    )
    // Redis changes too quickly under load to be compared, which is an exit code, too.
    assert.match(await verified(machine(0), line('bin/periplus verify', true)), /one, three, two have the same up to/)
    await goOn('when a copy was made anew')
  })

  it('lets no host leave whose pods nobody moved, or for which no other one keeps the log', async () => {
    assert.match(await refused(machine(1), line('bin/periplus leave')), /pods would go with two, such as default\//)
    await machine(0).typed(line('kubectl drain two'))
    assert.match(
      await refused(machine(1), line('bin/periplus leave')),
      /kept by one, three, two; without two 2 would keep it/,
    )
    assert.match(await refused(machine(0), line('bin/periplus remove-host three')), /three is Ready/)
    await goOn('when a host was not let go')
  })

  it('lets a host leave whose place another one takes, while clients write', async () => {
    await joins(machine(3))
    await observeAnew(machine(0), machine(2), machine(3))
    assert.match(await machine(1).typed(line('bin/periplus leave')), /kept by one, three, four\n[^]*two is gone/)
    assert.deepEqual(await nodes(machine(0)), ['four', 'one', 'three'])
    await goOn('when a host has left')
    await deploys(machine(3), 'left')
  })

  it('forgets a host that never comes back, once another one takes its place', async () => {
    await observeAnew(machine(0), machine(3))
    await kill(machine(2))
    await goOn('without a host that is lost')
    await machine(0).ok('wait --for=condition=Ready=Unknown node/three --timeout=120s')
    assert.match(await refused(machine(0), line('bin/periplus remove-host three')), /without three 2 would keep it/)
    // Under its name a server that has left may come back after five minutes.
    await joins(machine(1), 'five')
    assert.match(
      await machine(0).typed(line('bin/periplus remove-host three')),
      /kept by one, four, five\n[^]*three is gone/,
    )
    assert.deepEqual(await nodes(machine(0)), ['five', 'four', 'one'])
    await goOn('when a host is forgotten')
  })

  it('outlives the loss of one of those that keep the log from then on', async () => {
    await observeAnew(machine(0), machine(1))
    await kill(machine(3))
    await goOn('without the fourth')
    await machine(0).ok('wait --for=condition=Ready=Unknown node/four --timeout=120s')
    await deploys(machine(1), 'rest')
  })

  it('has lost nothing of what was acknowledged, and has one history', () => observeAnew())

  it('was led by every line of the page', () =>
    assert.deepEqual(
      lines.filter(one => !used.has(one)),
      [],
    ))
})
