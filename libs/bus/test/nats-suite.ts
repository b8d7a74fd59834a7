import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { E } from '@periplus/prelude'
import { temporaryNats } from '@periplus/service'
import type { LocalNats, Temporary } from '@periplus/service'
import { connectBus } from '../src/index.ts'
import type { Bus } from '../src/index.ts'

/** A NATS server of a suite's own, and a connection to it: both are there from the suite's `before` to its `after`. */
export interface NatsSuite {
  readonly nats: Temporary<LocalNats>
  readonly bus: Bus
  /**
   * Removes a stream and waits until the server has cleared what it held, which it does after its answer: of a stream that is removed again
   * before that, the messages come back in the next one of its name (NATS 2.15.1).
   */
  removeStream(name: string): Promise<void>
}

/** Where the server in `directory` has what is left of streams of this name. */
const isLeft = (directory: string, name: string): boolean => {
  const store = join(directory, 'jetstream')
  return readdirSync(store).some(account =>
    [name, `.${name}`].some(one => existsSync(join(store, account, 'streams', one))),
  )
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
    removeStream: async name => {
      const removed = await bus.jetstream.remove(name)
      if (E.isLeft(removed)) throw new Error(JSON.stringify(removed.left))
      while (isLeft(nats.directory, name)) await pause(2)
    },
  }
}
