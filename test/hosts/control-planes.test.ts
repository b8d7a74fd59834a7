import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../e2e/cluster.ts'
import { isAlive } from '../faults/cluster-processes.ts'
import { until } from '../faults/until.ts'
import { openSegment } from './machines.ts'
import type { Machine, Segment } from './machines.ts'
import { faultsOf } from './hostile-faults.ts'
import { suffer } from './nemesis.ts'
import { startObserver } from './observer.ts'
import type { Observer } from './observer.ts'

/** The last two commands of the page: what makes the token, and what is typed with it. */
const page = readFileSync(path.join(root, 'deploy/two-hosts.md'), 'utf8')
const [create = '', join = ''] = [...page.matchAll(/^bin\/periplus (?:token create|join) .*$/gm)]
  .map(([line]) => line)
  .slice(-2)

describe('a cluster with a control plane on each of two hosts, under load', function () {
  this.timeout(180_000)
  let segment: Segment
  let one: Machine
  let two: Machine
  const observers: Observer[] = []

  const holder = (lease: string, machine = two): Promise<string> =>
    machine.ok(['get', 'lease', '-n', 'kube-system', lease, '-o', 'jsonpath={.spec.holderIdentity}'])
  const goesOn = (when: string): Promise<unknown> => Promise.all(observers.map(observer => observer.goesOn(when)))
  /** A deployment becomes available, through whichever host it is asked. */
  const deploys = async (machine: Machine, name: string): Promise<void> => {
    await machine.ok(`create deployment ${name} --image=nginx --replicas=4`)
    await machine.ok(`rollout status deployment/${name} --timeout=90s`)
  }

  before(async () => {
    segment = await openSegment()
    one = await segment.controlPlane('one')
    two = await segment.controlPlane('two')
    await one.typed('bin/periplus up')
  })
  after(async () => {
    await Promise.all(observers.map(observer => observer.end()))
    await segment.close()
  })

  it('is made by a token for control planes, whose keys nobody reads who has not the printed line', async () => {
    const line = await one.typed(create)
    const [, id = ''] = /--token ([a-z0-9]{6})\./.exec(line) ?? []
    const pattern = join
      .replace('PORT', '\\d+')
      .replace('TOKEN', '[a-z0-9]{6}\\.[a-z0-9]{16}')
      .replace('HASH', 'sha256:[0-9a-f]{64}')
      .replace('KEY', '[\\w-]{43}')
    assert.match(line.trim(), new RegExp(`^${pattern}$`))
    const sealed = await one.ok(`get secret -n kube-system control-plane-${id} -o jsonpath={.data.sealed}`)
    assert.doesNotMatch(Buffer.from(sealed, 'base64').toString('latin1'), /PRIVATE KEY/)
    const wrong = await two.shell(line.trim().replace(/--key .*/, `--key ${'A'.repeat(43)}`))
    assert.match(wrong.stderr, /cannot be read with this --key/)
    assert.match(await two.typed(line), /node two is Ready/)
    // With the token goes the right to read the keys, and they themselves.
    await one.ok(`delete secret -n kube-system bootstrap-token-${id}`)
    for (const kind of ['secret', 'role', 'rolebinding'])
      await until(
        `the ${kind} is gone`,
        async () => (await one.kubectl(`get ${kind} -n kube-system control-plane-${id}`)).code === 1,
      )
  })

  it('serves one state on both', async () => {
    observers.push(...(await Promise.all([one, two].map(machine => startObserver(machine)))))
    await goesOn('at first')
    await deploys(one, 'web-one')
    await deploys(two, 'web-two')
    assert.equal(await one.ok('get pods -o name'), await two.ok('get pods -o name'))
    assert.match(await holder('periplus-controllers'), /^one/)
  })

  it('goes on at the other host where a whole control plane is gone', async () => {
    const { supervisor = NaN, 'control-plane': controlPlane = NaN } = one.processes()
    process.kill(supervisor, 'SIGSTOP')
    try {
      process.kill(controlPlane, 'SIGKILL')
      await until('it is gone', () => !isAlive(controlPlane))
      await observers[1]?.goesOn('without the first')
      await deploys(two, 'web-alone')
      for (const lease of ['periplus-controllers', 'periplus-scheduler']) assert.match(await holder(lease), /^two/)
    } finally {
      process.kill(supervisor, 'SIGCONT')
    }
    await goesOn('when the first is back')
  })

  it('goes on after whatever is killed, stands still or is cut off', async () => {
    const faults = faultsOf(67, { first: one.name, others: [two.name], replicated: false }, { count: 5 })
    const say = (line: string): void => console.log(`      ${line}`)
    await suffer(faults, { machines: [one, two], observers, replicated: false, say })
  })

  it('has lost nothing of what was acknowledged, has one history, and is whole again', async () => {
    await Promise.all(observers.map(observer => observer.stopLoad()))
    await one.ok('wait --for=condition=Ready node/one node/two --timeout=90s')
    for (const name of ['web-one', 'web-two', 'web-alone'])
      await one.ok(`rollout status deployment/${name} --timeout=90s`)
    for (const observer of observers) await observer.audit()
  })

  it('is one control plane again when the second host leaves, which keeps no key', async () => {
    await Promise.all(observers.splice(0).map(observer => observer.end()))
    await one.ok('drain two --ignore-daemonsets --timeout=60s')
    assert.match(await two.typed('bin/periplus leave'), /two is gone from the cluster/)
    for (const secret of ['pki', 'nats', 'kubeconfig']) assert.ok(!existsSync(path.join(two.home, secret)), secret)
    assert.equal(await one.ok('get nodes -o jsonpath={.items[*].metadata.name}'), 'one')
    await deploys(one, 'web-again')
    assert.match(await holder('periplus-controllers', one), /^one/)
  })
})
