import { seededRandom } from '@periplus/prelude'
import type { EventLog, NewEvent, RecordedEvent } from '@periplus/log'
import { mutableCut } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { eventAt, right } from './history-on-nats.ts'

/** Kinds of the tests, by what their past is kept as. */
export const kindsOfTest = { events: 'Event', pods: 'Pod', configmaps: 'ConfigMap' } as const
export type KindOfTest = keyof typeof kindsOfTest

const kinds = Object.keys(kindsOfTest) as KindOfTest[]

export const eventOfKind = (resource: KindOfTest, name: string, n: number, expected: number): NewEvent => {
  const body = {
    ...{ apiVersion: 'v1', kind: kindsOfTest[resource], data: { n: String(n) } },
    metadata: { name, namespace: 'default', uid: `uid-of-${resource}-${name}` },
  }
  return eventAt(name, n, {
    ...{ id: `${resource}-${name}-${n}`, expected, previous: expected, uid: body.metadata.uid },
    ref: { group: '', resource, namespace: 'default', name },
    body: Buffer.from(JSON.stringify(body)),
  })
}

/** Writes a random history of objects of several kinds that come, change, go and come again. Gives its end. */
export const writeKinds = async (log: EventLog, seed: number, count: number): Promise<number> => {
  const random = seededRandom(seed)
  const last = new Map<string, { readonly sequence: number; readonly lives: boolean }>()
  let end = 0
  for (let n = 1; n <= count; n++) {
    const resource = kinds[Math.floor(random() * kinds.length)] as KindOfTest
    const name = `object-${Math.floor(random() * 5)}`
    const before = last.get(`${resource}/${name}`)
    const goes = before?.lives === true && random() < 0.3
    const type = goes ? 'deleted' : before?.lives ? 'spec-changed' : 'created'
    const event = { ...eventOfKind(resource, name, n, before?.sequence ?? 0), type } as const
    end = right(await log.append(event)).sequence
    last.set(`${resource}/${name}`, { sequence: end, lives: !goes })
  }
  return end
}

/** What there is of a kind in a cut. */
export const ofKind = (cut: Cut, resource: KindOfTest): readonly string[] =>
  cut
    .entries('', resource)
    .map(({ ref, sequence, bytes }) => `${ref.name}@${sequence} ${Buffer.from(bytes).toString()}`)

type States = ReadonlyMap<number, Readonly<Record<KindOfTest, readonly string[]>>>

/** The state behind every sequence, and every event. */
export const everyKindsState = async (
  log: EventLog,
): Promise<{ readonly states: States; readonly events: readonly RecordedEvent[] }> => {
  const cut = mutableCut()
  const states = new Map<number, Record<KindOfTest, readonly string[]>>()
  const events: RecordedEvent[] = []
  const { last } = right(await log.bounds())
  for await (const batch of log.range(1, last))
    for (const event of batch) {
      cut.apply([event])
      events.push(event)
      const [one, two, three] = kinds.map(resource => ofKind(cut, resource))
      states.set(event.sequence, { events: one ?? [], pods: two ?? [], configmaps: three ?? [] })
    }
  return { states, events }
}
