import { randomUUID } from 'node:crypto'
import type { KubernetesObject } from '@periplus/api'
import { connectBus } from '@periplus/bus'
import { builtInAdmission, createCommands } from '@periplus/commands'
import { eventOf, recordDecisions, runController } from '@periplus/controller'
import { kindsAt } from '@periplus/custom'
import { Namespace, Node, Pod } from '@periplus/kinds'
import { jetStreamEventLog, jetStreamRecordStream } from '@periplus/log'
import { freshSeed, sharedTurn, systemClock } from '@periplus/prelude'
import { startLiveCut } from '@periplus/projection'
import { scheduler } from '@periplus/scheduler'
import { temporaryNats } from '@periplus/service'
import { inFlight, right } from '../measure.ts'
import { nodeNamed } from './shapes.ts'

/** A scheduler as the product runs it, alone with its nodes: on a NATS that syncs, through the write path, its decisions recorded. */
export interface SchedulerWorld {
  create(objects: readonly KubernetesObject[]): Promise<void>
  /** Resolves when so many of the pods of this prefix are on nodes. */
  placed(prefix: string, count: number): Promise<void>
  /** Resolves when nobody waits to be decided about. */
  idle(): Promise<void>
  close(): Promise<void>
}

export const openWorld = async (nodes: number): Promise<SchedulerWorld> => {
  const nats = await temporaryNats()
  const bus = right(await connectBus({ ...nats.server, name: 'bench' }))
  const log = right(await jetStreamEventLog(bus, { cluster: 'bench' }))
  const records = right(await jetStreamRecordStream(bus, { stream: 'DECISIONS' }))
  const running = await startLiveCut({ log })
  const { cut } = running
  const onBug = (error: unknown): never => {
    throw error
  }
  const commands = createCommands({ cut, log, kindsAt, admission: builtInAdmission, turn: sharedTurn, onBug })

  const create = (objects: readonly KubernetesObject[]): Promise<void> =>
    inFlight(128, objects.length, async index => {
      const object = objects[index] as KubernetesObject
      const kind = object.kind === 'Pod' ? Pod : object.kind === 'Node' ? Node : Namespace
      const { ref, body } = eventOf(0, kind, object, 'created', 0)
      const id = randomUUID()
      const origin = { actor: 'user:bench', component: 'bench', causes: [], correlationId: id }
      const stored = { ...{ id, type: 'created' as const, uid: object.metadata?.uid ?? id, expected: 0, previous: 0 } }
      right(await log.append({ ...stored, ref, body, origin, time: new Date().toISOString() }))
    })
  await create([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bench', uid: 'bench' } },
    ...Array.from({ length: nodes }, (_, n) => nodeNamed(n)),
  ])

  const placed = new Map<string, number>()
  let look = (): void => undefined
  const unsubscribe = cut.subscribe(changes => {
    for (const { event, before, after } of changes) {
      if (event.ref.resource !== 'pods') continue
      const [was, is] = [before?.object() as Pod | undefined, after?.object() as Pod | undefined]
      const prefix = event.ref.name.split('-', 1).join()
      if (is?.spec?.nodeName && !was?.spec?.nodeName) placed.set(prefix, (placed.get(prefix) ?? 0) + 1)
      // What the node does with a pod that is to go.
      if (is?.metadata?.deletionTimestamp !== undefined && was?.metadata?.deletionTimestamp === undefined)
        void commands.execute(
          { verb: 'delete', kind: Pod, ref: event.ref, options: { gracePeriodSeconds: 0 } },
          { actor: 'node:bench', component: 'bench', causes: [], correlationId: randomUUID() },
        )
    }
    look()
  })
  const controller = runController(scheduler, {
    ...{ cut, commands, clock: systemClock, newSeed: freshSeed, turn: sharedTurn },
    decisions: recordDecisions(records, systemClock),
    stopwatch: () => performance.now(),
    onBug: (_name, _key, error) => onBug(error),
  })
  const when = (holds: () => boolean): Promise<void> =>
    new Promise(resolve => {
      look = () => {
        if (holds()) resolve()
      }
      look()
    })
  return {
    create,
    placed: (prefix, count) => when(() => (placed.get(prefix) ?? 0) >= count),
    idle: async () => {
      while (controller.depth > 0) await new Promise(resolve => setImmediate(resolve))
    },
    close: async () => {
      unsubscribe()
      await controller.stop()
      await running.close()
      await bus.close()
      await nats.dispose()
    },
  }
}
