import assert from 'node:assert/strict'
import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { askForNodeFeed, ensureNodeFeed, followNodeFeed, memoryEventLog, offerNodeFeeds } from '@periplus/log'
import type { FollowNodeFeed, NewEvent, WhyFeedIsAsked } from '@periplus/log'
import { systemClock } from '@periplus/prelude'
import { concerns, startLiveCut, startPartCut } from '@periplus/projection'
import type { RunningCut } from '@periplus/projection'
import { allNodeFeeds, nodeOfSubject, nodeSubjects } from '@periplus/runtime'
import { logger, metrics, natsInbox, temporaryNats } from '@periplus/service'
import type { LocalNats, RunningService, Temporary } from '@periplus/service'
import { startNodeFeedWriter } from '../../src/index.ts'
import type { NodeFeedWriterConfig } from '../../src/index.ts'
import { right } from '../feed/right.ts'
import { shown, wanted } from './shown.ts'

type Log = ReturnType<typeof memoryEventLog>

export const one = nodeSubjects('one')
export const pod = (name: string) => ({ resource: 'pods', namespace: 'a', name })
export const configMap = (name: string) => ({ resource: 'configmaps', namespace: 'a', name })
export const service = (name: string) => ({ resource: 'services', namespace: 'a', name })
export const onOne = (configMap: string) => ({
  spec: { nodeName: 'one', containers: [], volumes: [{ name: 'v', configMap: { name: configMap } }] },
})

/** A log, and a NATS server of a suite's own on which node `one` is offered its feed; to be asked for in the body of a `describe`. */
export const feedSuite = () => {
  let nats: Temporary<LocalNats>
  let control: Bus
  let node: Bus
  let log: Log
  let running: RunningCut
  let asked = 0
  /** In the order of the test that runs. */
  let reasons: WhyFeedIsAsked[] = []
  /** Of the test that runs, so that one that fails leaves nothing to the next. */
  let open: (() => Promise<unknown>)[] = []
  const ends: (() => Promise<unknown> | void)[] = []

  before(async () => {
    nats = await temporaryNats({ sync: 'interval', nodeSubjects: one.all, nodesReadFeeds: true })
    const { servers, users } = nats.server
    control = right(await connectBus({ servers, ...users.apiserver, name: 'api', inboxPrefix: natsInbox('apiserver') }))
    node = right(await connectBus({ servers, ...users.node, name: 'node', inboxPrefix: one.inbox }))
    right(await ensureNodeFeed(control, 1))
    log = memoryEventLog()
    running = await startLiveCut({ log })
    const offers = offerNodeFeeds({
      ...{ bus: control, subject: allNodeFeeds, log: { bounds: () => log.bounds() } },
      onOffered: () => void asked++,
      onBug: error => assert.fail(String(error)),
      asker: subject => {
        const name = nodeOfSubject(subject)
        return name === undefined ? undefined : { node: name, inbox: nodeSubjects(name).inbox }
      },
    })
    ends.push(() => offers.close())
  })
  afterEach(async () => {
    for (const close of open.reverse()) await close()
    open = []
    reasons = []
  })
  after(async () => {
    for (const end of ends.reverse()) await end()
    await running.close()
    await node.close()
    await control.close()
    await nats.dispose()
  })

  const write = async (
    ref: Omit<NewEvent['ref'], 'group'> & { readonly group?: string },
    object: object | undefined,
    type: NewEvent['type'] = 'spec-changed',
  ): Promise<number> => {
    const full = { group: '', ...ref }
    const last = right(await log.last(full))
    const uid = last && last.type !== 'deleted' ? last.uid : `uid-${log.slice(1).length}`
    const { metadata, ...rest } = (object ?? {}) as { readonly metadata?: object }
    const given = { ...rest, metadata: { ...metadata, name: ref.name, namespace: ref.namespace, uid } }
    const { sequence } = right(
      await log.append({
        ...{ ref: full, uid, id: `e${log.slice(1).length}`, time: new Date(0).toISOString() },
        ...{ type: object ? type : 'deleted', expected: last?.sequence ?? 0, previous: last?.sequence ?? 0 },
        origin: { actor: 'user:test', component: 'test', causes: [], correlationId: 'test' },
        body: Buffer.from(JSON.stringify(given)),
      }),
    )
    return sequence
  }
  /** Stops with the test, if not before. */
  const writer = (changes: Partial<NodeFeedWriterConfig> = {}): RunningService => {
    const writing = startNodeFeedWriter({
      ...{ cut: running.cut, log, bus: control, mayWrite: () => true, clock: systemClock, metrics: metrics() },
      logger: logger('feed', { write: () => undefined }),
      onBug: error => assert.fail(String(error)),
      ...changes,
    })
    open.push(() => writing.stop())
    return writing
  }
  /** Node `one`, by its own connection or another one; it reads until the test is over. */
  const reader = async (bus: FollowNodeFeed['bus'] = node): Promise<RunningCut> => {
    const onOffered = (why: WhyFeedIsAsked): void => void reasons.push(why)
    const ask = askForNodeFeed(node, one.feed)
    const stop = new AbortController()
    open.push(async () => stop.abort())
    const read = await startPartCut({
      follow: signal => followNodeFeed({ bus, node: 'one', ask, onOffered }, signal),
      signal: stop.signal,
    })
    open.push(() => read.close())
    return read
  }
  const agrees = async ({ cut }: RunningCut): Promise<void> => {
    await running.cut.reached(log.slice(1).at(-1)?.sequence ?? 0)
    await cut.reached(running.cut.sequence)
    assert.equal(cut.sequence, running.cut.sequence)
    assert.deepEqual(shown(cut), wanted(concerns('one', running.cut).objects))
  }
  return {
    get nats() {
      return nats
    },
    /** Of an API server. */
    get control() {
      return control
    },
    get node() {
      return node
    },
    get log() {
      return log
    },
    get running() {
      return running
    },
    /** How many readings the node was offered. */
    get asked() {
      return asked
    },
    /** Why nodes have asked in this test. */
    get reasons(): readonly WhyFeedIsAsked[] {
      return reasons
    },
    /** There is another log in the place of this one. */
    replace: async (other: Log): Promise<void> => {
      await running.close()
      log = other
      running = await startLiveCut({ log })
    },
    ...{ write, writer, reader, agrees },
  }
}
