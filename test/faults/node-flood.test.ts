import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { usualNodeLimits } from '@periplus/apiserver'
import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { remoteCommands } from '@periplus/commands'
import type { Commands } from '@periplus/commands'
import { Lease } from '@periplus/kinds'
import type { Origin } from '@periplus/log'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { nodeOfSubject, nodeSubjects } from '@periplus/runtime'
import { metrics, temporaryNats } from '@periplus/service'
import type { LocalNats, RunningService, Temporary } from '@periplus/service'
import { guardedCluster } from '../security/guarded-cluster.ts'
import type { GuardedCluster } from '../security/guarded-cluster.ts'
import type { Flood } from './flooder.ts'
import { until } from './until.ts'

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

const evil = nodeSubjects('evil')
const good = nodeSubjects('good')
const origin: Origin = { actor: 'node:good', component: 'node-agent', causes: [], correlationId: 'lease' }
const writes = 30

describe('a node that sends to the gateway as fast as it can', function () {
  this.timeout(180_000)
  let nats: Temporary<LocalNats>
  let cluster: GuardedCluster
  let gateway: Bus
  let buses: readonly Bus[]
  let serving: RunningService
  let [goodNode, evilNode]: Commands[] = []
  const measured = metrics()
  /** Messages of the bad one that came as far as the gateway. */
  let heard = 0

  before(async () => {
    nats = await temporaryNats({ sync: 'interval', nodeSubjects: evil.all })
    cluster = await guardedCluster({ metrics: measured })
    const { servers, user, password, users } = nats.server
    gateway = right(await connectBus({ servers, user, password, name: 'gateway' }))
    const other = right(await connectBus({ servers, user, password, name: 'good', inboxPrefix: good.inbox }))
    const bad = right(await connectBus({ servers, ...users.node, name: 'evil', inboxPrefix: evil.inbox }))
    const aside = right(await connectBus({ servers, user, password, name: 'aside' }))
    buses = [other, bad, aside, gateway]
    const subscribe: Bus['subscribe'] = (subject, handler, options) =>
      gateway.subscribe(
        subject,
        message => {
          if (nodeOfSubject(message.subject) === 'evil') heard++
          handler(message)
        },
        options,
      )
    // Lower than usual: the machine may be too busy for a flood.
    const limits = { ...usualNodeLimits, questionsPerSecond: 1_000, bytesPerSecond: 4_000_000 }
    serving = cluster.serveNodes(Object.create(gateway, { subscribe: { value: subscribe } }) as Bus, { aside, limits })
    goodNode = remoteCommands({ bus: other, subject: good.commands })
    evilNode = remoteCommands({ bus: bad, subject: evil.commands, unavailablePatience: 60_000 })
    for (const name of ['good', 'evil']) {
      const body = { apiVersion: 'v1', kind: 'Node', metadata: { name } }
      assert.equal((await cluster.admin.ask('/api/v1/nodes', { method: 'POST', body })).status, 201)
    }
  })
  after(async () => {
    await serving.stop()
    for (const bus of buses) await bus.close()
    await cluster.stop()
    await nats.dispose()
    assert.deepEqual(cluster.errors, [])
  })

  const floods = (): number => Number(/^periplus_node_floods_total (\d+)/m.exec(measured.text())?.[1] ?? 0)
  /** Its lease, once made and then renewed. */
  const renewed = async (node: Commands | undefined, name: string, transitions: number): Promise<string> => {
    const object = {
      ...{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },
      metadata: { name, namespace: 'kube-node-lease' },
      spec: { holderIdentity: name, leaseTransitions: transitions },
    }
    const verb = cluster.log.slice(1).some(({ ref }) => ref.resource === 'leases' && ref.name === name)
      ? 'update'
      : 'create'
    const answer = await node?.execute({ verb, kind: Lease, object }, origin)
    return answer && E.isRight(answer) ? 'done' : JSON.stringify(answer)
  }

  const kinds: readonly (readonly [string, Pick<Flood, 'reply' | 'bytes'>])[] = [
    ['small questions', { reply: `${evil.inbox}.x`, bytes: 100 }],
    ['questions that nobody is to answer', { reply: '', bytes: 100 }],
    ['large questions', { reply: `${evil.inbox}.x`, bytes: 1_000_000 }],
  ]
  for (const [what, flood] of kinds)
    it(`costs the others nothing, and is listened to when it is over: ${what}`, async () => {
      const before = floods()
      heard = 0
      const { port, users } = nats.server
      const { user = '', password = '' } = users.node
      const given: Flood = { port, user, password, subject: evil.commands, ...flood }
      const child = fork(fileURLToPath(new URL('flooder.ts', import.meta.url)), [JSON.stringify(given)])
      let sent = 0
      try {
        await until('the flood is noticed', () => floods() > before)
        for (let i = 0; i < writes; i++) {
          assert.equal(await renewed(goodNode, 'good', i), 'done')
          assert.equal((await cluster.admin.ask('/api/v1/namespaces')).status, 200)
        }
        const told = once(child, 'message')
        child.send('stop')
        ;[sent] = (await told) as [number]
      } finally {
        child.kill()
      }
      assert.ok(heard < sent / 2, `${heard} of ${sent} messages came as far as the gateway`)
      assert.equal(await renewed(evilNode, 'evil', 0), 'done')
    })
})
