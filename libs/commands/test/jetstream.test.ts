import assert from 'node:assert/strict'
import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { kindsAt } from '@periplus/custom'
import type { ConfigMap } from '@periplus/kinds'
import { jetStreamEventLog } from '@periplus/log'
import type { EventLog, RecordedEvent } from '@periplus/log'
import { E } from '@periplus/prelude'
import { startLiveCut } from '@periplus/projection'
import type { RunningCut } from '@periplus/projection'
import { temporaryNats } from '@periplus/service'
import type { LocalNats, Temporary } from '@periplus/service'
import { createCommands } from '../src/index.ts'
import type { Commands } from '../src/index.ts'
import { kindOf, object, ok, origin, refOf } from './world.ts'

const configMaps = kindOf('', 'configmaps')
const shared = refOf('', 'configmaps', 'default', 'shared')
const create = (name: string, data = {}) =>
  ({ verb: 'create', kind: configMaps, object: object({ metadata: { name, namespace: 'default' }, data }) }) as const

interface Process {
  readonly commands: Commands
  readonly running: RunningCut
}

describe('the write path on a real NATS', () => {
  let nats: Temporary<LocalNats>
  let bus: Bus
  let log: EventLog
  let processes: readonly [Process, Process]

  const start = async (): Promise<Process> => {
    const running = await startLiveCut({ log })
    return {
      running,
      commands: createCommands({ cut: running.cut, log, kindsAt, admission: [], unavailablePatience: 30_000 }),
    }
  }
  const everything = async (): Promise<readonly RecordedEvent[]> => {
    const events: RecordedEvent[] = []
    const bounds = await log.bounds()
    if (E.isLeft(bounds)) throw new Error(JSON.stringify(bounds.left))
    for await (const batch of log.range(1, bounds.right.last)) events.push(...batch)
    return events
  }

  before(async function () {
    this.timeout(120_000)
    nats = await temporaryNats()
    const connected = await connectBus({ ...nats.server, name: 'commands' })
    if (E.isLeft(connected)) throw new Error(JSON.stringify(connected.left))
    bus = connected.right
    const opened = await jetStreamEventLog(bus, { cluster: 'test', appendTimeoutMilliseconds: 1000 })
    if (E.isLeft(opened)) throw new Error(JSON.stringify(opened.left))
    log = opened.right
    processes = [await start(), await start()]
  })
  after(async () => {
    for (const { running } of processes) await running.close()
    await bus.close()
    await nats.dispose()
  })

  it('keeps many objects in flight and reads its own writes', async () => {
    const [{ commands, running }] = processes
    const outcomes = await Promise.all(
      Array.from({ length: 300 }, (_, index) => commands.execute(create(`many-${index}`), origin)),
    )
    const sequences = outcomes.map(outcome => ok(outcome).sequence)
    assert.equal(new Set(sequences).size, 300)
    await running.cut.reached(Math.max(...sequences))
    assert.equal(running.cut.list(configMaps, 'default').length, 300)
  })

  it('loses no update of one object that two processes write at once', async () => {
    const [one, two] = processes
    ok(await one.commands.execute(create('shared'), origin))
    const writes = Array.from({ length: 40 }, (_, index) => {
      const patch = { type: 'merge', body: { data: { [`key-${index}`]: 'written' } } } as const
      const { commands } = index % 2 === 0 ? one : two
      return commands.execute({ verb: 'patch', kind: configMaps, ref: shared, patch }, origin)
    })
    const sequences = (await Promise.all(writes)).map(outcome => ok(outcome).sequence)
    await two.running.cut.reached(Math.max(...sequences))
    const stored = two.running.cut.entry(shared)?.object() as ConfigMap
    assert.equal(Object.keys(stored.data ?? {}).length, 40)
  })

  it('loses no acknowledged write when the server is killed under load', async function () {
    this.timeout(60_000)
    const [{ commands }] = processes
    const ids = Array.from({ length: 200 }, (_, index) => `killed-${index}`)
    const writes = ids.map(id => commands.execute(create(id), origin, id))
    await Promise.race(writes)
    await nats.server.kill()
    await nats.restart()
    for (const outcome of await Promise.all(writes)) ok(outcome)
    // All of them may have been acknowledged before the server was killed.
    await bus.whenConnected()
    const written = (await everything()).map(event => event.id).filter(id => id.startsWith('killed-'))
    assert.deepEqual([...written].sort(), [...ids].sort())
  })
})
