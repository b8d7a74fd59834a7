import { E } from '@periplus/prelude'
import { temporaryNats } from '@periplus/service'
import type { LocalNats, Temporary } from '@periplus/service'
import { connectBus } from '../src/index.ts'
import type { Bus } from '../src/index.ts'

/** A NATS server of a suite's own, and a connection to it: both are there from the suite's `before` to its `after`. */
export interface NatsSuite {
  readonly nats: Temporary<LocalNats>
  readonly bus: Bus
}

/** To be asked for in the body of a `describe`; `name` is the connection's. */
export const natsSuite = (name: string): NatsSuite => {
  let nats: Temporary<LocalNats>
  let bus: Bus
  before(async function () {
    this.timeout(120_000)
    nats = await temporaryNats()
    const connected = await connectBus({ ...nats.server, name })
    if (E.isLeft(connected)) throw new Error(JSON.stringify(connected.left))
    bus = connected.right
  })
  after(async () => {
    await bus.close()
    await nats.dispose()
  })
  return {
    get nats() {
      return nats
    },
    get bus() {
      return bus
    },
  }
}
