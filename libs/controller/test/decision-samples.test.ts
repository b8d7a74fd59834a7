import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { ConfigMap, Lease } from '@periplus/kinds'
import { memoryRecordStream } from '@periplus/log'
import type { Stored, KubernetesObject } from '@periplus/api'
import { virtualClock } from '@periplus/prelude'
import { recordDecisions, recordedDecisions } from '../src/index.ts'
import type { Controller, DecisionRecord } from '../src/index.ts'
import { recordOf } from '../src/run/decision-in-flight.ts'
import type { DecisionInFlight } from '../src/run/decision-in-flight.ts'

const directory = new URL('./samples/', import.meta.url)
/** As they lie on the stream, the one of today's form last; they never change, as streams that hold such records exist. */
const samples = readdirSync(directory)
  .filter(file => /^decision\.\d+\.jsonl$/.test(file))
  .sort((a, b) => Number(/\d+/.exec(a)) - Number(/\d+/.exec(b)))
  .map(file => readFileSync(new URL(file, directory), 'utf8').trim())

const name = (of: string) => ({ name: of, namespace: 'default' })

const controller: Controller = {
  ...{ name: 'a.b', version: 3, primary: ConfigMap, watches: [], inputs: { ca: 'PEM' } },
  decide: () => ({ commands: [], why: '' }),
}

/** A decision of which everything that can be recorded is there. */
const taken: DecisionInFlight = {
  ...{ id: 'a.b.s0.1.0', seed: 1, now: 1_767_225_600_000, at: 42, after: 'a.b.s0.0.0', assumed: 1, cost: 1.5 },
  item: { key: name('web'), triggers: [{ sequence: 40, correlationId: 'root' }] },
  refused: { verb: 'create', resource: 'configmaps', refusal: { tag: 'InternalError', message: 'it broke' } },
  decision: {
    commands: [
      { verb: 'create', kind: ConfigMap, object: { metadata: name('one') } },
      { verb: 'update', kind: ConfigMap, object: { metadata: name('one') }, subresource: 'status' },
      {
        ...{ verb: 'patch', kind: ConfigMap, patch: { type: 'merge', body: { data: { a: 'ü' } } } },
        ref: { group: '', resource: 'configmaps', ...name('one') },
      },
      { verb: 'delete', kind: ConfigMap, ref: { group: '', resource: 'configmaps', ...name('one') }, options: {} },
    ],
    requeueAfter: 1_000,
    why: 'two\nlines',
  },
  failed: 'TypeError',
  observed: [
    {
      ...{ group: Lease.group, resource: Lease.resource },
      object: { metadata: { ...name('beat'), resourceVersion: '7' } } as unknown as Stored<KubernetesObject>,
    },
  ],
}
const record = recordOf(controller, taken, [
  { tag: 'Done', sequence: 43, changed: true },
  { tag: 'Refused', refusal: { tag: 'InternalError', message: 'it broke' } },
  { tag: 'NotTried' },
])

const written = async (): Promise<readonly string[]> => {
  const clock = virtualClock(taken.now)
  const stream = memoryRecordStream(() => clock.now())
  const sink = recordDecisions(stream, clock)
  sink.record(record)
  await sink.flush()
  const lines: string[] = []
  for await (const messages of stream.range({}))
    for (const { bytes } of messages) lines.push(Buffer.from(bytes).toString())
  return lines
}

describe('recorded decisions of every form that was ever written', () => {
  it('are written as the newest sample says, or a new one is to be kept beside it', async () => {
    const all: Readonly<Record<keyof DecisionRecord, true>> = {
      ...{
        id: true,
        controller: true,
        version: true,
        key: true,
        cut: true,
        after: true,
        assumed: true,
        now: true,
        seed: true,
      },
      ...{ refused: true, triggers: true, inputs: true, observed: true, commands: true, outcome: true, failed: true },
      ...{ requeueAfter: true, why: true },
    }
    assert.deepEqual(Object.keys(record).sort(), Object.keys(all).sort())
    assert.deepEqual(await written(), [samples.at(-1)])
  })

  it('are read', async () => {
    const stream = memoryRecordStream(() => taken.now)
    for (const sample of samples) stream.append('a_b', Buffer.from(sample))
    const read: string[] = []
    for await (const one of recordedDecisions(stream).all()) read.push(JSON.stringify(one))
    assert.deepEqual(read, samples)
  })
})
