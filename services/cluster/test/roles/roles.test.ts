import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { routePings, shippedFile } from '@periplus/service'
import { leaseTimes } from '../../src/roles/run-controllers.ts'
import { processNameOf, rolesOf } from '../../src/roles/serve.ts'

const namesOf = (...words: string[]): readonly string[] => rolesOf(words).map(({ name }) => name)

describe('the roles that words name', () => {
  it('come in the order in which they start, separated by commas or by spaces', () => {
    assert.deepEqual(namesOf('scheduler'), ['scheduler'])
    assert.deepEqual(namesOf('scheduler,apiserver'), ['apiserver', 'scheduler'])
    assert.deepEqual(namesOf('scheduler', 'controllers,scheduler'), ['controllers', 'scheduler'])
    assert.deepEqual(namesOf('control-plane'), ['apiserver', 'projector', 'controllers', 'scheduler', 'compactor'])
    assert.deepEqual(namesOf('node', 'dns', 'service-proxy'), ['service-proxy', 'dns', 'node'])
  })

  it('are refused where there is no such role, and which there are is said', () => {
    for (const word of ['etcd', '', 'apiserver,', 'constructor'])
      assert.throws(() => rolesOf([word]), /is no role: there are control-plane, apiserver, .*, node$/)
  })

  it('are of the control plane or of a node', () =>
    assert.throws(() => rolesOf(['node', 'apiserver']), /in a process of its own/))

  it('name their process', () => {
    assert.equal(processNameOf(rolesOf(['control-plane'])), 'control-plane')
    assert.equal(processNameOf(rolesOf(['node,dns,service-proxy'])), 'node')
    assert.equal(processNameOf(rolesOf(['scheduler,controllers'])), 'controllers-scheduler')
  })
})

describe('a lease', () => {
  it('is taken over only when the server has closed the connection of a leader that stood still', () => {
    const configuration = readFileSync(shippedFile('deploy/nats/nats.conf'), 'utf8')
    const [, interval] = /^ping_interval: "(\d+)s"$/m.exec(configuration) ?? []
    const [, unanswered] = /^ping_max: (\d+)$/m.exec(configuration) ?? []
    // A last message just after the server looked, then a ping that finds nobody, each time at the end of an interval.
    const noticed = Number(interval) * (Number(unanswered) + 2)
    const noticedByServers = routePings.intervalSeconds * (routePings.unanswered + 2)
    assert.ok(noticed + noticedByServers < leaseTimes.leaseSeconds - leaseTimes.renewDeadlineSeconds)
  })
})
