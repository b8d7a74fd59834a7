import { E } from '@periplus/prelude'
import { connectBus, serveByteStreams } from '../src/index.ts'
import type { BusConfig } from '../src/index.ts'

/** A process that serves streams, for tests that kill it. */
const config = JSON.parse(process.env['NATS'] ?? '{}') as Omit<BusConfig, 'name'>
const bus = await connectBus({ ...config, name: 'peer' })
if (E.isLeft(bus)) throw new Error(bus.left.message)
serveByteStreams(bus.right, 'test.peer', async () => E.right(() => undefined), { pingMilliseconds: 50 })
await bus.right.request('nobody', Buffer.alloc(0))
process.send?.('serving')
