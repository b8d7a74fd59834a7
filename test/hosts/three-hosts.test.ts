import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '../faults/cluster-processes.ts'
import { until } from '../faults/until.ts'
import { machineOnDisk } from './equipment.ts'
import type { MachineOnDisk } from './equipment.ts'
import { openSegment } from './machines.ts'
import type { Machine, Segment } from './machines.ts'
import { startObserver } from './observer.ts'
import type { Observer } from './observer.ts'

describe('a cluster whose log is kept by three hosts, under load', function () {
  this.timeout(240_000)
  let segment: Segment
  const machines: Machine[] = []
  const disks: MachineOnDisk[] = []
  const observers: Observer[] = []

  const machine = (n: number): Machine => machines[n] ?? assert.fail(`no machine ${n}`)
  const joins = async (at: Machine): Promise<void> => {
    const line = await machine(0).typed('bin/periplus token create --ttl 30m --role control-plane')
    assert.match(await at.typed(line), new RegExp(`node ${at.name} is Ready`))
  }
  const deploys = async (at: Machine, name: string): Promise<void> => {
    await at.ok(`create deployment ${name} --image=nginx --replicas=4`)
    await at.ok(`rollout status deployment/${name} --timeout=90s`)
  }
  const goOn = (when: string, where = observers): Promise<unknown> =>
    Promise.all(where.map(observer => observer.goesOn(when)))

  before(async () => {
    segment = await openSegment()
    for (const name of ['one', 'two', 'three']) disks.push(await machineOnDisk(segment, name))
    machines.push(...disks.map(({ machine }) => machine))
    await machine(0).typed('bin/periplus up')
    await joins(machine(1))
  })
  after(async () => {
    await Promise.all(observers.map(observer => observer.end()))
    await segment.close()
    for (const { remove } of disks) remove()
  })

  it('stays with one server as long as there are two hosts, and says why', async () => {
    const { code, stderr } = await machine(0).shell('bin/periplus replicate')
    assert.equal(code, 1)
    assert.match(stderr, /one server keeps the log, and that stays so: 2 of the hosts have a control plane/)
  })

  it('is copied to three when the third is there, at the same versions, while clients write and watch', async () => {
    await joins(machine(2))
    await machine(0).ok('create configmap before --from-literal=a=b')
    observers.push(...(await Promise.all(machines.map(at => startObserver(at)))))
    await goOn('at first')
    const version = (at: Machine): Promise<string> =>
      at.ok('get configmap before -o jsonpath={.metadata.resourceVersion}')
    const before = await version(machine(0))
    assert.match(await machine(0).typed('bin/periplus replicate'), /the log is kept by one, /)
    await goOn('when the log is copied')
    for (const at of machines) assert.equal(await version(at), before)
    await deploys(machine(1), 'with')
  })

  it('goes on without the first host, all of whose processes were killed', async () => {
    const { supervisor = NaN, ...others } = machine(0).processes()
    const killed = [supervisor, ...Object.values(others)]
    const begun = performance.now()
    for (const pid of killed) process.kill(pid, 'SIGKILL')
    await until('they are gone', () => !killed.some(isAlive))
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
    await machine(0).typed('bin/periplus up')
    await goOn('when the first is back')
    await deploys(machine(0), 'again')
  })

  it('goes on after the disks of two hosts were full, one after the other', async () => {
    for (const { machine, disk } of disks.slice(1)) {
      const hasGivenUp = (): boolean =>
        readFileSync(join(machine.home, 'nats/nats.log'), 'utf8').includes('JetStream out of resources')
      disk.fill()
      await until(`the server of ${machine.name} has given up its streams`, hasGivenUp)
      disk.empty()
      await goOn(`after the disk of ${machine.name} was full`)
    }
  })

  it('has lost nothing of what was acknowledged, and has one history', async () => {
    await Promise.all(observers.map(observer => observer.stopLoad()))
    for (const observer of observers) await observer.audit()
  })
})
