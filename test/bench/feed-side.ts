/** Beside `feed.ts`: writes the feed, and reads it as so many consumers do. Says `ready`, and at the end how much was read. */
import { jetstream } from '@nats-io/jetstream'
import { connect } from 'nats'
import { connectBus } from '@periplus/bus'
import { ensureFeed, feedStream, jetStreamEventLog } from '@periplus/log'
import { systemClock } from '@periplus/prelude'
import { startLiveCut } from '@periplus/projection'
import { startFeedWriter } from '@periplus/projector'
import { logger, metrics } from '@periplus/service'
import { right } from './measure.ts'

interface Places {
  readonly log: { readonly servers: string; readonly user: string; readonly password: string }
  readonly feed: { readonly servers: string; readonly user: string; readonly password: string }
  readonly readers: number
}

const { log: place, feed, readers } = JSON.parse(process.argv[2] ?? '') as Places
const bus = right(await connectBus({ ...place, name: 'feed' }))
const outside = right(await connectBus({ ...feed, name: 'feed' }))
right(await ensureFeed(outside))
const log = right(await jetStreamEventLog(bus, { cluster: 'bench' }))
const { cut } = await startLiveCut({ log })
startFeedWriter({
  ...{ cluster: 'bench', log, cut, feed: outside, mostBytes: 2 ** 30, metrics: metrics(), clock: systemClock },
  withheld: () => false,
  logger: logger('feed', { write: () => undefined }),
  onBug: error => process.stderr.write(`${String(error)}\n`),
})
let read = 0
for (let i = 0; i < readers; i++) {
  right(await outside.jetstream.ensureReader(feedStream, { name: `reader-${i}`, subjects: ['events.>'] }))
  const connection = await connect({ servers: feed.servers, user: feed.user, pass: feed.password })
  const reader = await jetstream(connection).consumers.get(feedStream, `reader-${i}`)
  await reader.consume({
    callback: message => {
      read++
      message.ack()
    },
  })
}
process.on('message', () => process.send?.(read))
process.send?.('ready')
