import assert from 'node:assert/strict'
import { createCommands } from '@periplus/commands'
import type { Commands } from '@periplus/commands'
import { kindsAt } from '@periplus/custom'
import { Event } from '@periplus/kinds'
import { memoryEventLog } from '@periplus/log'
import { E, virtualClock } from '@periplus/prelude'
import { mutableCut } from '@periplus/projection'
import { eventRecorder } from '../../src/events/recorder.ts'
import type { NodeEventDraft } from '../../src/events/recorder.ts'

const origin = { actor: 'node:n1', component: 'node-agent', causes: [], correlationId: 'root' }

const news = (reason: string, message = 'because', container = 'c'): NodeEventDraft => ({
  about: { kind: 'Pod', namespace: 'default', name: 'web', uid: 'uid', fieldPath: `spec.containers{${container}}` },
  ...{ type: 'Normal', reason, message, origin },
})

/** A recorder over a write path in memory; `refuse` lets a write fail. */
const recording = () => {
  const clock = virtualClock(Date.UTC(2026, 0, 1))
  const log = memoryEventLog()
  const cut = mutableCut()
  const commands = createCommands({ cut, log, kindsAt, admission: [], clock })
  let down = false
  let refusing = false
  const fallible: Pick<Commands, 'execute'> = {
    execute: async (command, origin) => {
      if (down) return E.left({ tag: 'ServiceUnavailable', message: 'the log is away', retryAfterSeconds: 1 })
      if (refusing) return E.left({ tag: 'BadRequest', message: 'no' })
      const result = await commands.execute(command, origin)
      cut.apply(log.slice(cut.sequence + 1))
      return result
    },
  }
  const events = eventRecorder({ ...commands, ...fallible }, 'n1', clock)
  const listed = () => cut.list(Event, 'default').map(({ reason, message, count }) => ({ reason, message, count }))
  return {
    clock,
    cut,
    commands,
    log,
    events,
    listed,
    away: (is: boolean) => (down = is),
    refuse: (is: boolean) => (refusing = is),
  }
}

describe('Events of a node', () => {
  it('stand in the order of their telling, and say who told', async () => {
    const { clock, cut, events } = recording()
    for (const reason of ['Pulled', 'Created', 'Started']) events.record(news(reason))
    clock.advance(3)
    for (const reason of ['Killing', 'Aborted']) events.record(news(reason))
    await events.settled()
    assert.deepEqual(
      cut.list(Event, 'default').map(({ reason, source }) => [reason, source]),
      ['Pulled', 'Created', 'Started', 'Killing', 'Aborted'].map(reason => [
        reason,
        { component: 'kubelet', host: 'n1' },
      ]),
    )
  })

  it('keep the moment of what happened while the log was away', async () => {
    const { clock, cut, events, away } = recording()
    away(true)
    events.record(news('Pulled'))
    await events.settled()
    clock.advance(500)
    away(false)
    events.record(news('Created'))
    await events.settled()
    const [pulled, created] = cut.list(Event, 'default')
    assert.deepEqual([pulled?.reason, created?.reason], ['Pulled', 'Created'])
    assert.equal(pulled?.firstTimestamp, '2026-01-01T00:00:00Z')
  })

  it('are counted up where the same is told of the same container, and told anew where they are gone', async () => {
    const { cut, commands, log, events, listed } = recording()
    events.record(news('BackOff'))
    events.record(news('BackOff'))
    events.record(news('BackOff', 'because', 'other'))
    await events.settled()
    assert.deepEqual(
      listed().map(({ count }) => count),
      [2, 1],
    )
    const name = cut.list(Event, 'default')[0]?.metadata.name ?? ''
    const ref = { group: '', resource: 'events', namespace: 'default', name }
    await commands.execute({ verb: 'delete', kind: Event, ref, options: {} }, origin)
    cut.apply(log.slice(cut.sequence + 1))
    events.record(news('BackOff'))
    await events.settled()
    assert.deepEqual(
      listed().map(({ count }) => count),
      [1, 1],
    )
  })

  it('are counted as dropped where they are refused, new or counted up', async () => {
    const { events, listed, refuse } = recording()
    events.record(news('BackOff'))
    await events.settled()
    refuse(true)
    events.record(news('BackOff'))
    events.record(news('Killing'))
    await events.settled()
    assert.equal(events.dropped, 2)
    refuse(false)
    events.record(news('BackOff'))
    await events.settled()
    assert.deepEqual(
      listed().map(({ reason, count }) => [reason, count]),
      [
        ['BackOff', 1],
        ['BackOff', 1],
      ],
    )
  })

  it('share one where more than ten differ in their message only', async () => {
    const { events, listed } = recording()
    for (let i = 0; i < 13; i++) events.record(news('Unhealthy', `answer ${i}`))
    await events.settled()
    assert.equal(listed().length, 11)
    assert.deepEqual(listed()[10], {
      reason: 'Unhealthy',
      message: '(combined from similar events): answer 12',
      count: 3,
    })
  })
})
