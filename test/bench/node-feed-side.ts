/**
 * Beside `node-feed.ts`: the nodes of a cluster in one process, each with a cut of its own, of the log or of its feed; or who writes the feed. Says
 * `ready`, and, asked how far it has to come, what it was told by then and what that took. Of many nodes that read feeds most only hear, as one process
 * does not read as fast as a thousand do, and a server gives up who does not.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { connectBus } from '@periplus/bus'
import {
  ensureNodeFeed,
  followNodeFeed,
  jetStreamEventLog,
  nodeFeedStream,
  nodeFeedSubjectsOf,
  toldSubjectsOf,
} from '@periplus/log'
import { E, systemClock } from '@periplus/prelude'
import { startLiveCut, startPartCut } from '@periplus/projection'
import type { LiveCut } from '@periplus/projection'
import { startNodeFeedWriter } from '@periplus/projector'
import { logger, metrics } from '@periplus/service'
import { inFlight, right } from './measure.ts'

export interface NodeFeedSide {
  readonly place: { readonly servers: string; readonly user: string; readonly password: string }
  readonly part: 'writer' | 'on the log' | 'on feeds'
  readonly nodes: number
}

const { place, part, nodes } = JSON.parse(process.argv[2] ?? '') as NodeFeedSide
const bus = right(await connectBus({ ...place, name: part }))
const log = right(await jetStreamEventLog(bus, { cluster: 'bench' }))
const cuts: LiveCut[] = []
let bytes = 0

const nodeOnLog = async (): Promise<void> => {
  const { cut } = await startLiveCut({ log })
  cut.subscribe(changes => void (bytes += changes.reduce((sum, { event }) => sum + event.body.length, 0)))
  cuts.push(cut)
}
const nodeOnFeed = async (i: number): Promise<void> => {
  const name = `node-${i}`
  // A connection for each, as there is.
  const own = right(await connectBus({ ...place, name }))
  const ask = async (from: number) => {
    const subjects = nodeFeedSubjectsOf(name)
    const offered = await bus.jetstream.offer(nodeFeedStream, { name, subjects, from })
    const bounds = await log.bounds()
    if (E.isLeft(bounds)) return E.left({ tag: 'Unavailable' as const, message: 'no log' })
    return E.isLeft(offered) ? offered : E.right({ ...offered.right, head: bounds.right.last })
  }
  const { cut } = await startPartCut({ follow: signal => followNodeFeed({ bus: own, node: name, ask }, signal) })
  cut.subscribe(changes => void (bytes += changes.reduce((sum, { event }) => sum + event.body.length, 0)))
  cuts.push(cut)
}
/** What a node hears that has read what there was; it looks at nothing. */
const hearingNode = async (i: number): Promise<void> => {
  const { servers, user, password: pass } = place
  const [host, port] = servers.split(':')
  const socket = connect({ host: host ?? '', port: Number(port), noDelay: true })
  await once(socket, 'data')
  socket.on('data', (piece: Buffer) => void (piece.includes('PING\r\n') && socket.write('PONG\r\n')))
  const subscriptions = toldSubjectsOf(`node-${i}`).map((subject, n) => `SUB ${subject} ${n + 1}\r\n`)
  socket.write(`CONNECT ${JSON.stringify({ verbose: false, headers: true, user, pass })}\r\n${subscriptions.join('')}`)
}
if (part === 'writer') {
  right(await ensureNodeFeed(bus, 1))
  const { cut } = await startLiveCut({ log })
  cuts.push(cut)
  startNodeFeedWriter({
    ...{ cut, log, bus, mayWrite: () => true, clock: systemClock, metrics: metrics() },
    logger: logger('feed', { write: () => undefined }),
    onBug: error => process.stderr.write(`${String(error)}\n`),
  })
} else {
  /** What has been read before it begins is read again by each that comes, so that few come at once. */
  const atOnce = 10
  const readers = part === 'on the log' ? nodes : Math.min(nodes, 20)
  let connected = 0
  const told = setInterval(() => process.stderr.write(`${connected} of ${nodes} nodes ${part} read\n`), 10_000)
  await inFlight(atOnce, nodes, async i => {
    await (part === 'on the log' ? nodeOnLog() : i < readers ? nodeOnFeed(i) : hearingNode(i))
    connected++
  })
  clearInterval(told)
}

let before = process.cpuUsage()
process.on('message', (to: number) => {
  if (to === 0) {
    before = process.cpuUsage()
    bytes = 0
    process.send?.('begun')
    return
  }
  void Promise.all(cuts.map(cut => cut.reached(to))).then(() => {
    const { user, system } = process.cpuUsage(before)
    const each = Math.max(1, cuts.length)
    process.send?.({ bytes: bytes / each, milliseconds: (user + system) / 1_000 / each })
  })
})
process.send?.('ready')
