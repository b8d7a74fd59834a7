import assert from 'node:assert/strict'
import type { KubernetesObject, Stored } from '@periplus/api'
import { ConfigMap, Event } from '@periplus/kinds'
import { cutOf, recordEvents } from '../src/index.ts'
import type { EventDraft } from '../src/index.ts'
import { cluster, must, origin } from './cluster.ts'

const start = Date.UTC(2026, 0, 1)

const about = (name: string): Stored<KubernetesObject> =>
  cutOf([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } } as KubernetesObject]).list(
    ConfigMap,
  )[0] as Stored<KubernetesObject>

const draft = (reason: string, message = 'because', regarding = about('web')): EventDraft => ({
  ...{ regarding, type: 'Normal', reason, message },
})

/** A process that tells, and its cut. */
const teller = () => {
  const { cut, commands, deliver } = cluster().process()
  const tell = async (now: number, drafts: readonly EventDraft[], component = 'test'): Promise<number> => {
    const planned = recordEvents(cut, now, component, drafts)
    for (const command of planned) must(await commands.execute(command, origin))
    deliver()
    return planned.length
  }
  /** As kubectl gets them: by name. */
  const events = () => cut.list(Event, 'default').map(({ reason, message, count }) => ({ reason, message, count }))
  return { cut, tell, events }
}

describe('Events of controllers', () => {
  it('stand in the order of their telling where they have one second, whatever they say', async () => {
    const { tell, events, cut } = teller()
    const reasons = ['SuccessfulCreate', 'Completed', 'Zero', 'Alpha', 'Middle', 'Beta']
    await tell(start, [draft('SuccessfulCreate'), draft('Completed')])
    await tell(start + 1, [draft('Zero')])
    await tell(start + 7, [draft('Alpha'), draft('Middle')])
    await tell(start + 16, [draft('Beta')])
    assert.deepEqual(
      events().map(({ reason }) => reason),
      reasons,
    )
    for (const { metadata } of cut.list(Event)) assert.match(metadata.name, /^web\.[0-9a-f]{16}$/)
    assert.equal(parseInt(cut.list(Event)[0]?.metadata.name.slice(4, -3) ?? '', 16), Math.floor((start * 1e6) / 4096))
  })

  it('have names of their own where two decisions of one millisecond tell of one object, or of two with one name', async () => {
    const { tell, events } = teller()
    await tell(start, [draft('One'), draft('Two')])
    await tell(start, [draft('Three')])
    const other = { ...about('web'), kind: 'Other' } as Stored<KubernetesObject>
    await tell(start, [draft('Four', 'because', { ...other, metadata: { ...other.metadata, uid: 'other' } })])
    await tell(start, [draft('Five')], 'another')
    assert.deepEqual(
      events()
        .map(({ reason }) => reason)
        .filter(reason => reason !== 'Four' && reason !== 'Five'),
      ['One', 'Two', 'Three'],
    )
    assert.equal(events().length, 5)
  })

  it('are counted up where the same is told again, by whoever decides then', async () => {
    const { tell, events, cut } = teller()
    await tell(start, [draft('Failed'), draft('Failed')])
    await tell(start + 60_000, [draft('Failed')])
    assert.deepEqual(events(), [{ reason: 'Failed', message: 'because', count: 3 }])
    const [event] = cut.list(Event)
    assert.deepEqual([event?.firstTimestamp, event?.lastTimestamp], ['2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z'])
    await tell(start, [draft('Failed')], 'another')
    await tell(start, [{ ...draft('Failed'), type: 'Warning' }])
    await tell(start, [draft('Failed', 'because', about('db'))])
    assert.deepEqual(
      events()
        .map(({ count }) => count)
        .toSorted(),
      [1, 1, 1, 3],
    )
  })

  it('share one where more than ten differ in their message only', async () => {
    const { tell, events } = teller()
    const numbers = (from: number, to: number): EventDraft[] =>
      Array.from({ length: to - from }, (_, i) => draft('Created', `Created pod: ${from + i}`))
    assert.equal(await tell(start, numbers(0, 1000)), 11)
    assert.deepEqual(
      events(),
      [...Array(10).keys()]
        .map(i => ({ reason: 'Created', message: `Created pod: ${i}`, count: 1 }))
        .concat({ reason: 'Created', message: '(combined from similar events): Created pod: 999', count: 990 }),
    )
    assert.equal(await tell(start + 5, [draft('Created', 'Created pod: 3'), ...numbers(1000, 1002)]), 2)
    assert.deepEqual(events()[3], { reason: 'Created', message: 'Created pod: 3', count: 2 })
    assert.deepEqual(events()[10]?.count, 992)
  })

  it('have names that may be, and words that are not too long, whatever they are about', async () => {
    const { tell, cut } = teller()
    const named = about('web')
    for (const name of ['system:node', 'a'.repeat(253), `${'a'.repeat(235)}-bc`])
      await tell(start, [
        draft('Odd', 'm'.repeat(5000), { ...named, metadata: { ...named.metadata, name, uid: name } }),
      ])
    assert.deepEqual(
      cut.list(Event).map(({ metadata, message }) => [metadata.name.slice(0, -17), message?.length]),
      [
        ['a'.repeat(235), 1024],
        ['a'.repeat(236), 1024],
        ['system-node', 1024],
      ],
    )
  })
})
