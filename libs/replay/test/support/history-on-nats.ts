import assert from 'node:assert/strict'
import { E, seededRandom } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus } from '@periplus/bus'
import { jetStreamEventLog } from '@periplus/log'
import type { Blobs, EventLog, NewEvent, RecordedEvent } from '@periplus/log'
import { mutableCut } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { natsSuite } from '../../../bus/test/nats-suite.ts'
import type { NatsSuite } from '../../../bus/test/nats-suite.ts'

export const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

/** A NATS for the tests of a suite, each of which begins without a log. */
export const natsForTests = (): NatsSuite => {
  const nats = natsSuite('test')
  afterEach(async () => {
    for (const stream of ['EVENTS', 'OBJ_EVENTS']) await nats.removeStream(stream)
  })
  return nats
}

/** Nobody may remove the one that is called OBJECTS. */
export const stream = 'EVENTS'

export const openLog = async (bus: Bus, snapshots?: Blobs): Promise<EventLog> =>
  right(await jetStreamEventLog(bus, { cluster: 'test', stream, ...(snapshots ? { snapshots } : {}) }))

export const eventAt = (name: string, n: number, changes: Partial<NewEvent> = {}): NewEvent => ({
  ...{ id: `${name}-${n}`, type: 'created', uid: `uid-of-${name}`, expected: 0, previous: changes.expected ?? 0 },
  ref: { group: '', resource: 'configmaps', namespace: 'default', name },
  origin: { actor: 'user:test', component: 'test', causes: [], correlationId: `${n}` },
  time: new Date(Date.UTC(2025, 0, 1) + n * 1000).toISOString(),
  body: Buffer.from(
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'ConfigMap', data: { n: String(n) } },
      metadata: { name, namespace: 'default', uid: `uid-of-${name}` },
    }),
  ),
  ...changes,
})

/** Writes a random history: objects that come, change, go and come again. */
export const writer = (log: EventLog, seed: number, names = 12) => {
  const random = seededRandom(seed)
  const last = new Map<string, { readonly sequence: number; readonly lives: boolean }>()
  let n = 0
  const write = async (): Promise<number> => {
    const name = `object-${Math.floor(random() * names)}`
    const before = last.get(name)
    const goes = before?.lives === true && random() < 0.3
    const type = goes ? 'deleted' : before?.lives ? 'spec-changed' : 'created'
    const { sequence } = right(await log.append(eventAt(name, ++n, { type, expected: before?.sequence ?? 0 })))
    last.set(name, { sequence, lives: !goes })
    return sequence
  }
  return {
    write,
    many: async (count: number): Promise<number> => {
      let sequence = 0
      for (let i = 0; i < count; i++) sequence = await write()
      return sequence
    },
  }
}

/** What there is in a cut. */
export const contentOf = (cut: Cut): readonly string[] =>
  cut
    .entries('', 'configmaps')
    .map(({ ref, sequence, bytes }) => `${ref.name}@${sequence} ${Buffer.from(bytes).toString()}`)

/** The state behind every sequence, folded one by one. */
export const everyState = async (log: EventLog): Promise<ReadonlyMap<number, readonly string[]>> => {
  const cut = mutableCut()
  const states = new Map<number, readonly string[]>()
  const { last } = right(await log.bounds())
  for await (const batch of log.range(1, last))
    for (const event of batch as readonly RecordedEvent[]) {
      // Where a heartbeat was that is no more, nothing happened.
      for (let gap = cut.sequence + 1; gap < event.sequence; gap++) states.set(gap, contentOf(cut))
      cut.apply([event])
      states.set(event.sequence, contentOf(cut))
    }
  assert.equal(cut.sequence, last)
  return states
}
