import assert from 'node:assert/strict'
import { pause, sharedTurn, systemClock } from '@periplus/prelude'
import { connectBus } from '@periplus/bus'
import { createCommands } from '@periplus/commands'
import { recordDecisions, recordedDecisions, runController } from '@periplus/controller'
import type { Controller } from '@periplus/controller'
import { builtinRegistry } from '@periplus/custom'
import { ConfigMap } from '@periplus/kinds'
import { jetStreamEventLog, jetStreamRecordStream } from '@periplus/log'
import { startLiveCut } from '@periplus/projection'
import { followLive } from '../src/index.ts'
import type { ShadowCounts, ShadowDifference } from '../src/index.ts'
import { natsSuite } from '../../bus/test/nats-suite.ts'
import { right } from './support/history-on-nats.ts'

/** Has a copy beside each ConfigMap, whose name says that it is one. */
const copying = (suffix: string): Controller => ({
  name: 'copying',
  version: 1,
  primary: ConfigMap,
  watches: [],
  decide: (cut, { namespace, name }, { random }) => {
    const isCopy = /-copy/.test(name)
    const copy = `${name}-copy${suffix}`
    if (isCopy || cut.list(ConfigMap, namespace).some(one => one.metadata?.name?.startsWith(`${name}-copy`)))
      return { commands: [], why: 'it is there' }
    const object = {
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: copy, namespace } },
      data: { random: String(random()) },
    }
    return { commands: [{ verb: 'create', kind: ConfigMap, object }], why: 'it is not there' }
  },
})

describe('a shadow beside a live controller on a real NATS', function () {
  this.timeout(60_000)
  const on = natsSuite('live')

  it('reads as the user who may do nothing else, and tells what it would create otherwise', async () => {
    const log = right(await jetStreamEventLog(on.bus, { cluster: 'test' }))
    const recorded = right(await jetStreamRecordStream(on.bus, { stream: 'DECISIONS' }))
    const { cut, close } = await startLiveCut({ log })
    const onBug = (...bug: readonly unknown[]): void => assert.fail(String(bug.at(-1)))
    const commands = createCommands({
      ...{ cut, log, kindsAt: () => builtinRegistry, admission: [], clock: systemClock, turn: sharedTurn, onBug },
    })
    const decisions = recordDecisions(recorded, systemClock)
    let seed = 0
    const running = runController(copying(''), {
      ...{ cut, commands, decisions, clock: systemClock, newSeed: () => seed++, onBug },
    })
    const create = async (name: string): Promise<void> => {
      const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } }
      const origin = { actor: 'user:me', component: 'test', causes: [], correlationId: name }
      right(await commands.execute({ verb: 'create', kind: ConfigMap, object }, origin, name))
    }
    const reader = { ...on.nats.server.users.reader, inboxPrefix: '_READER' }
    const shadowBus = right(await connectBus({ servers: on.nats.server.servers, ...reader, name: 'shadow' }))
    const shadowOn = async (controller: Controller, during: (isFollowing: Promise<void>) => Promise<void>) => {
      const ending = new AbortController()
      const told: ShadowDifference[] = []
      let counts: ShadowCounts | undefined
      let begun = (): void => undefined
      const isFollowing = new Promise<void>(resolve => (begun = resolve))
      const following = followLive({
        log: right(await jetStreamEventLog(shadowBus, { cluster: 'test' })),
        decisions: recordedDecisions(right(await jetStreamRecordStream(shadowBus, { stream: 'DECISIONS' }))),
        ...{ controllers: [controller], clock: systemClock, newSeed: () => 0, onBug, signal: ending.signal },
        ...{ behind: 500, patience: 60_000, lookEvery: 50 },
        tell: difference => void told.push(difference),
        onLook: shadow => {
          counts = shadow.counts
          begun()
        },
      })
      await during(isFollowing)
      const enough = (): boolean => (counts?.same ?? 0) + (counts?.different ?? 0) >= 6
      while (!enough()) await pause(systemClock, 20)
      ending.abort()
      await following
      return { told, counts }
    }
    try {
      const same = await shadowOn(copying(''), async isFollowing => {
        await isFollowing
        for (const name of ['a', 'b', 'c']) await create(name)
      })
      assert.deepEqual([same.told, same.counts?.same, same.counts?.late], [[], 6, 0])

      const other = await shadowOn(copying('-too'), async isFollowing => {
        await isFollowing
        for (const name of ['d', 'e', 'f']) await create(name)
      })
      const names = (commands: readonly unknown[] = []): readonly unknown[] =>
        commands.map(
          command =>
            (command as { readonly object: { readonly metadata: { readonly name: string } } }).object.metadata.name,
        )
      assert.deepEqual(
        other.told.map(({ key, live, shadow }) => [key.name, names(live?.commands), names(shadow?.commands)]),
        ['d', 'e', 'f'].map(name => [name, [`${name}-copy`], [`${name}-copy-too`]]),
      )
      // Twelve ConfigMaps were created, half of them by the live controller, and nothing by either shadow.
      assert.equal(right(await log.bounds()).last, 12)
      await decisions.flush()
      assert.equal(cut.list(ConfigMap).length, 12)
    } finally {
      await running.stop()
      await close()
      await shadowBus.close()
    }
  })
})
