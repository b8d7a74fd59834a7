import assert from 'node:assert/strict'
import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { remoteCommands } from '@periplus/commands'
import { Pod } from '@periplus/kinds'
import { askForNodeFeed, ensureNodeFeed, followNodeFeed, offerNodeFeeds } from '@periplus/log'
import { start as startNodeAgent } from '@periplus/node-agent'
import { E, systemClock } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { startLiveCut, startPartCut } from '@periplus/projection'
import type { LiveCut } from '@periplus/projection'
import { startNodeFeedWriter } from '@periplus/projector'
import { allNodeFeeds, hollowRuntime, nodeOfSubject, nodeSubjects } from '@periplus/runtime'
import { logger, metrics, temporaryNats } from '@periplus/service'
import type { LocalNats, Temporary } from '@periplus/service'
import { until } from '../faults/until.ts'
import { guardedCluster } from './guarded-cluster.ts'
import type { GuardedCluster } from './guarded-cluster.ts'

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

const nodeName = 'node-a.example'
const subjects = nodeSubjects(nodeName)

const pod = (name: string, node: string): unknown => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' } },
  spec: { nodeName: node, terminationGracePeriodSeconds: 1, containers: [{ name: 'c', image: 'nginx:1.7.9' }] },
})

describe('a node that reads what concerns it, and has no right to the log', function () {
  this.timeout(60_000)
  let nats: Temporary<LocalNats>
  let cluster: GuardedCluster
  let seen: LiveCut
  const ends: (() => Promise<unknown>)[] = []
  const pods = '/api/v1/namespaces/default/pods'

  before(async () => {
    nats = await temporaryNats({ sync: 'interval', nodeSubjects: subjects.all, nodesReadFeeds: true })
    const { servers, users } = nats.server
    const control: Bus = right(await connectBus({ ...nats.server, name: 'control-plane' }))
    const bus: Bus = right(await connectBus({ servers, ...users.node, name: 'node', inboxPrefix: subjects.inbox }))
    ends.push(
      () => control.close(),
      () => bus.close(),
    )
    cluster = await guardedCluster()
    ends.push(() => cluster.stop())
    const { log } = cluster
    const serving = cluster.serveNodes(control)
    right(await ensureNodeFeed(control, 1))
    const onBug = (error: unknown): void => assert.fail(String(error))
    const offers = offerNodeFeeds({
      ...{ bus: control, subject: allNodeFeeds, log, onBug },
      asker: subject => {
        const node = nodeOfSubject(subject)
        return node === undefined ? undefined : { node, inbox: nodeSubjects(node).inbox }
      },
    })
    const running = await startLiveCut({ log })
    const writing = startNodeFeedWriter({
      ...{ cut: running.cut, log, bus: control, mayWrite: () => true, clock: systemClock, metrics: metrics(), onBug },
      logger: logger('feed', { write: () => undefined }),
    })
    const read = await startPartCut({
      follow: signal => followNodeFeed({ bus, node: nodeName, ask: askForNodeFeed(bus, subjects.feed) }, signal),
    })
    seen = read.cut
    const runtime = hollowRuntime({ clock: systemClock, nodeName })
    const commands = remoteCommands({ bus, subject: subjects.commands })
    const agent = await startNodeAgent({ cut: seen, commands, runtime, nodeName, rootDirectory: '/nonexistent' })
    ends.push(
      () => running.close(),
      async () => offers.close(),
      () => serving.stop(),
      () => writing.stop(),
      () => read.close(),
      () => runtime.close(),
      () => agent.stop(),
    )
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } }
    await cluster.admin.ask('/api/v1/namespaces/default/serviceaccounts', { method: 'POST', body: account })
  })
  after(async () => {
    for (const end of ends.reverse()) await end()
    await nats.dispose()
  })

  const create = async (body: unknown): Promise<string> => {
    const made = await cluster.admin.ask(pods, { method: 'POST', body })
    assert.equal(made.status, 201, made.text)
    return (made.json as { readonly metadata: { readonly uid: string } }).metadata.uid
  }
  const runs = (name: string, uid: string): Promise<unknown> =>
    until(`${name} runs`, async () => {
      const { metadata, status } = (await cluster.admin.ask(`${pods}/${name}`)).json as unknown as Pod
      return metadata?.uid === uid && status?.phase === 'Running'
    })

  it('registers, beats, runs its pods, and ends those that are deleted, one after another of one name', async () => {
    await until('the node is Ready', async () =>
      (await cluster.admin.ask(`/api/v1/nodes/${nodeName}`)).text.includes('KubeletReady'),
    )
    for (let i = 0; i < 3; i++) {
      const uid = await create(pod('web', nodeName))
      await runs('web', uid)
      assert.equal((await cluster.admin.ask(`${pods}/web`, { method: 'DELETE' })).status, 200)
      await until('it is gone', async () => (await cluster.admin.ask(`${pods}/web`)).status === 404)
    }
    assert.deepEqual(cluster.errors, [])
  })

  it('sees of the pods of others nothing that they run', async () => {
    await create(pod('of-another', 'node-b'))
    const own = await create(pod('own', nodeName))
    await runs('own', own)
    await seen.reached(cluster.sequence())
    assert.deepEqual(
      seen.list(Pod).map(({ metadata }) => metadata.name),
      ['own'],
    )
  })
})
