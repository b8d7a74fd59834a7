import assert from 'node:assert/strict'
import { join } from 'node:path'
import { equippedMachine } from './equipment.ts'
import type { EquippedMachine } from './equipment.ts'
import { openSegment } from './machines.ts'
import type { Machine, Segment } from './machines.ts'

const weekSeconds = 7 * 86_400

/** By the clocks of Periplus' processes: those of the kernel, NATS and kubectl stay, so that nothing is issued meanwhile that begins a week from now. */
describe('a moment of three hosts that are a week older since', function () {
  this.timeout(480_000)
  let segment: Segment
  const hosts: EquippedMachine[] = []
  let moment = ''
  let backup = ''

  const host = (n: number): Machine => hosts[n]?.machine ?? assert.fail(`no host ${n}`)
  /** All hosts, as after a loss of power: one alone keeps no log. */
  const onAll = (line: string): Promise<unknown> => Promise.all(hosts.map(({ machine }) => machine.typed(line)))
  const price = '-o jsonpath={.data.price}'

  before(async () => {
    segment = await openSegment()
    for (const name of ['one', 'two', 'three']) hosts.push(await equippedMachine(segment, name))
    await host(0).typed('bin/periplus up')
    for (const other of [host(1), host(2)])
      await other.typed(await host(0).typed('bin/periplus token create --role control-plane'))
    assert.match(await host(0).typed('bin/periplus replicate'), /the log is kept by one, /)
    await host(1).typed('kubectl create namespace shop')
    await host(1).typed('kubectl create configmap goods -n shop --from-literal=price=1')
    await host(2).typed('kubectl create deployment web -n shop --image=nginx --replicas=3')
    await host(2).typed('kubectl rollout status deployment/web -n shop --timeout=90s')
    backup = join(host(0).home, 'week-old.backup')
    await host(0).typed(`bin/periplus backup ${backup}`)
    moment = new Date().toISOString()
    await host(0).typed('kubectl delete configmap goods -n shop')
    await host(0).typed('kubectl scale deployment/web -n shop --replicas=1')
    await host(0).typed('kubectl wait deployment/web -n shop --for=jsonpath={.status.replicas}=1 --timeout=60s')
    await onAll('bin/periplus down')
    for (const { equipment } of hosts) equipment.step(weekSeconds)
    await onAll('bin/periplus up')
    await host(0).typed('kubectl wait --for=condition=Ready nodes --all --timeout=120s')
  })
  after(async () => {
    await segment.close()
    for (const { remove } of hosts) remove()
  })

  it('is read at each of them', async () => {
    for (const { machine } of hosts) {
      assert.equal((await machine.kubectl('get configmap goods -n shop')).code, 1)
      const [, server = ''] = /--server (\S+)/.exec(await machine.typed(`bin/periplus at ${moment}`)) ?? []
      assert.equal(await machine.ok(`--server ${server} get configmap goods -n shop ${price}`), '1')
      const ready = await machine.ok(
        `--server ${server} get deployment web -n shop -o jsonpath={.status.readyReplicas}`,
      )
      assert.equal(ready, '3')
    }
    const [made = '', gone = ''] = (await host(1).typed('bin/periplus log configmap/goods -n shop')).split('\n')
    const day = moment.slice(0, 10)
    assert.ok(made.includes(day) && gone.includes(day), `${made}\n${gone}`)
  })

  it('and all that was decided since is decided again identically', async () => {
    const said = await host(2).typed('bin/periplus replay')
    const [, all, identical] = /(\d+) decisions, (\d+) identical/.exec(said) ?? []
    assert.ok(Number(all) > 10, said)
    assert.equal(all, identical, said)
  })

  it('comes back in the cluster whose past it is', async () => {
    await host(1).typed(`bin/periplus revert namespace/shop --to ${moment}`)
    assert.equal(await host(2).ok(`get configmap goods -n shop ${price}`), '1')
    await host(0).typed('kubectl rollout status deployment/web -n shop --timeout=90s')
    assert.equal(await host(0).ok('get deployment web -n shop -o jsonpath={.status.readyReplicas}'), '3')
    assert.match(await host(0).typed('bin/periplus verify'), /nothing is wrong with the log/)
  })

  it('and on a host of its own, from what was written then', async () => {
    const fresh = await segment.controlPlane('fresh')
    await fresh.typed(`bin/periplus restore ${backup} --keys ${join(host(0).home, 'pki/secrets.keys')}`)
    await fresh.typed('bin/periplus up')
    assert.equal(await fresh.ok(`get configmap goods -n shop ${price}`), '1')
    assert.equal(await fresh.ok('get deployment web -n shop -o jsonpath={.spec.replicas}'), '3')
    // Who joins it does not come to the other cluster, which still runs.
    const joining = await fresh.ok('get configmap cluster-info -n kube-public -o jsonpath={.data.nats}')
    assert.match(joining, new RegExp(`^tls://${fresh.address}:\\d+$`))
    assert.equal((await fresh.kubectl('get configmap nats-servers -n kube-system')).code, 1)
  })
})
