import { right } from '../src/contract/events.ts'
import { eventLogContract, eventLogFaultContract } from '../src/contract.ts'
import { jetStreamEventLog, memoryEventLog, memoryKeyStore, sealer, withSealing } from '../src/index.ts'
import type { EventLog } from '../src/index.ts'
import { natsSuite } from '../../bus/test/nats-suite.ts'

eventLogContract('memoryEventLog', async () => ({ log: memoryEventLog(), close: async () => undefined }))

/** Everything in it is sealed, but for what is as large as the log takes: sealed it is a third larger. */
const sealed = (log: EventLog): EventLog =>
  withSealing(
    log,
    sealer({
      sealed: ({ name }) => name !== 'three',
      keys: memoryKeyStore(),
      clusterKeys: () => [{ id: 'k', key: Buffer.alloc(32) }],
    }),
  )

eventLogContract('withSealing in memory', async () => ({
  log: sealed(memoryEventLog()),
  close: async () => undefined,
}))

describe('with a real NATS', () => {
  const on = natsSuite('contract')
  let streams = 0

  const open = async () => {
    // Each has a name of its own: on a busy machine a stream once began where another of its name, just removed, had ended. OBJECTS nobody may remove.
    const stream = `EVENTS${++streams}`
    return {
      log: right(await jetStreamEventLog(on.bus, { cluster: 'test', stream })),
      kill: () => on.nats.server.kill(),
      restart: async () => void (await on.nats.restart()),
      recovered: () => on.bus.whenConnected(),
      close: () => on.removeStream(stream),
    }
  }
  eventLogContract('jetStreamEventLog', open)
  eventLogFaultContract('jetStreamEventLog', open)
  const openSealed = async () => {
    const opened = await open()
    return { ...opened, log: sealed(opened.log) }
  }
  eventLogContract('withSealing', openSealed)
  eventLogFaultContract('withSealing', openSealed)
})
