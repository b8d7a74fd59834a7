import assert from 'node:assert/strict'
import type { RecordedEvent } from '@periplus/log'
import type { ApiClient } from './api-client.ts'
import type { Acknowledged } from './load.ts'
import { objectIn } from './log-of.ts'
import { until } from './until.ts'
import type { Watcher } from './watcher.ts'

interface ConfigMap {
  readonly data?: Readonly<Record<string, string>>
}

const pathOf = ({ ref }: RecordedEvent): string => `${ref.group}/${ref.resource}/${ref.namespace}/${ref.name}`

const isConfigMap = ({ ref }: RecordedEvent): boolean =>
  ref.group === '' && ref.resource === 'configmaps' && ref.namespace === 'default'

/** One order, one event for each command, each event built on the one before it. */
export const assertSound = (events: readonly RecordedEvent[]): void => {
  const ids = new Set<string>()
  const last = new Map<string, RecordedEvent>()
  for (const event of events) {
    assert.ok(!ids.has(event.id), `command ${event.id} was written twice`)
    ids.add(event.id)
    const path = pathOf(event)
    const before = last.get(path)
    // What is rolled up leaves no trace of the events before it.
    if (!event.rollup) assert.equal(event.previous, before?.sequence ?? 0, `${path} at ${event.sequence}`)
    if (event.type === 'created' && !event.rollup)
      assert.ok(!before || before.type === 'deleted', `${path} was created twice, at ${event.sequence}`)
    last.set(path, event)
  }
}

/** Each acknowledged write is in the log, where and as it was acknowledged, once. */
export const assertKept = (events: readonly RecordedEvent[], acknowledged: readonly Acknowledged[]): void => {
  const bySequence = new Map(events.map(event => [event.sequence, event]))
  const deleted = new Set(events.filter(({ type }) => type === 'deleted').map(({ ref }) => ref.name))
  const values = new Map<string, number>()
  for (const event of events.filter(isConfigMap)) {
    const written = `${event.ref.name}=${objectIn<ConfigMap>(event).data?.['value']}`
    values.set(written, (values.get(written) ?? 0) + 1)
  }
  for (const one of acknowledged) {
    if (one.verb === 'delete') {
      assert.ok(deleted.has(one.name), `the deletion of ${one.name} is lost`)
      continue
    }
    const event = bySequence.get(one.sequence ?? 0)
    assert.equal(event?.ref.name, one.name, `the ${one.verb} of ${one.name} at ${one.sequence} is lost`)
    if (one.verb !== 'patch') continue
    assert.equal(event && objectIn<ConfigMap>(event).data?.['value'], one.value)
    assert.equal(values.get(`${one.name}=${one.value}`), 1, `${one.name}=${one.value} was written more than once`)
  }
}

/** What is served is what the log says. */
export const assertServed = async (events: readonly RecordedEvent[], api: ApiClient): Promise<void> => {
  const live = new Map<string, string>()
  for (const event of events.filter(isConfigMap))
    if (event.type === 'deleted') live.delete(event.ref.name)
    else live.set(event.ref.name, String(event.sequence))
  const { status, body } = await api.ask('/api/v1/namespaces/default/configmaps')
  assert.equal(status, 200)
  const { items } = body as { items: { metadata: { name: string; resourceVersion: string } }[] }
  const served = new Map(items.map(({ metadata }) => [metadata.name, metadata.resourceVersion]))
  assert.deepEqual(new Map([...served].sort()), new Map([...live].sort()))
}

/** A watcher of ConfigMaps was told of every event since it began, once and in order. */
export const assertTold = async (events: readonly RecordedEvent[], watcher: Watcher): Promise<void> => {
  const expected = events.filter(event => isConfigMap(event) && event.sequence > watcher.begun)
  const last = expected.at(-1)?.sequence ?? 0
  await until('the watcher is told of the last event', () => last === 0 || watcher.told.includes(last))
  assert.deepEqual(watcher.wrong, [])
  assert.deepEqual(
    watcher.told.filter(sequence => sequence <= last),
    expected.map(({ sequence }) => sequence),
  )
}
