import assert from 'node:assert/strict'
import { memoryEventLog } from '@periplus/log'
import type { EventLog, NewEvent } from '@periplus/log'
import { E } from '@periplus/prelude'
import { historyOf } from '../src/watch/history.ts'

const pods = Array.from({ length: 10 }, (_, i) => `pod-${i}`)

const eventOf = (name: string, type: NewEvent['type'], expected: number): NewEvent => ({
  ...{ id: `${type} ${name}`, type, uid: name, expected, previous: expected, time: '2026-01-01T00:00:00.000Z' },
  ref: { group: '', resource: 'pods', namespace: 'default', name },
  origin: { actor: 'user:test', component: 'test', causes: [], correlationId: 'test' },
  body: Buffer.from(JSON.stringify({ metadata: { name, namespace: 'default', uid: name }, status: { type } })),
})

/** Pods that were created and then changed, and how many questions for single events are under way. */
const lived = async () => {
  const log = memoryEventLog()
  const append = async (event: NewEvent): Promise<number> => {
    const appended = await log.append(event)
    if (E.isLeft(appended)) throw new Error(JSON.stringify(appended.left))
    return appended.right.sequence
  }
  const created: number[] = []
  for (const name of pods) created.push(await append(eventOf(name, 'created', 0)))
  for (const [i, name] of pods.entries()) await append(eventOf(name, 'status-changed', created[i] ?? 0))
  let [under, most, asked] = [0, 0, 0]
  const get: EventLog['get'] = async sequence => {
    asked++
    most = Math.max(most, ++under)
    await new Promise(setImmediate)
    under--
    return log.get(sequence)
  }
  const read = async (after: number): Promise<readonly (readonly [number, number | undefined])[]> => {
    const changes: (readonly [number, number | undefined])[] = []
    const { signal } = new AbortController()
    for await (const { sequence, before } of historyOf({
      ...{ log: { ...log, get }, group: '', resource: 'pods', after, to: 2 * pods.length, signal },
    }))
      changes.push([sequence, before?.sequence])
    return changes
  }
  return { read, most: () => most, asked: () => asked }
}

const changed = pods.map((_, i) => [pods.length + i + 1, i + 1] as const)

describe('what a watch reads from the log', () => {
  it('comes with what each object was before, asked for many at once: one by one, it would come no further than others write', async () => {
    const { read, most } = await lived()
    assert.deepEqual(await read(pods.length), changed)
    assert.equal(most(), pods.length)
  })

  it('asks for nothing that it has just read', async () => {
    const { read, asked } = await lived()
    assert.deepEqual(await read(0), [...pods.map((_, i) => [i + 1, undefined] as const), ...changed])
    assert.equal(asked(), 0)
  })
})
