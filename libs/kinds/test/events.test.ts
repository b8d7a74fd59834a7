import assert from 'node:assert/strict'
import { conform } from '@periplus/api'
import { Event, EventsEvent } from '@periplus/kinds'
import { refusedFor, updateRefusedFor } from './support/accepted.ts'

const metadata = { name: 'e', namespace: 'shop' }
const pod = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web' }
const eventTime = '2026-01-02T03:04:05.000000Z'
const said = { reason: 'Tested', action: 'Testing', type: 'Normal', reportingInstance: 'test-1', eventTime }
const good = { metadata, ...said, note: 'said', regarding: pod, reportingController: 'example.com/test' }
const goodCore = { metadata, ...said, message: 'said', involvedObject: pod, reportingComponent: 'example.com/test' }
const old = { metadata, involvedObject: pod, reason: 'Tested', message: 'said', count: 3, source: { component: 'c' } }

const read = (body: object): EventsEvent => conform(EventsEvent.schema, body).value as EventsEvent
const readCore = (body: object): Event => conform(Event.schema, body).value as Event
const created = (changes: object): readonly string[] => refusedFor(EventsEvent, read({ ...good, ...changes }))
const createdCore = (changes: object): readonly string[] => refusedFor(Event, readCore({ ...goodCore, ...changes }))
const changed = (changes: object, before: object = {}): readonly string[] =>
  updateRefusedFor(EventsEvent, read({ ...good, ...before, ...changes }), read({ ...good, ...before }))

const namePart =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const immutable = 'field is immutable'

/** As Kubernetes' own code tells them (`make oracle KIND=Event`). */
describe('events of events.k8s.io', () => {
  it('are taken with what they must say', () => {
    assert.deepEqual(created({}), [])
    assert.deepEqual(created({ series: { count: 2, lastObservedTime: eventTime } }), [])
    assert.deepEqual(created({ note: 'x'.repeat(1024), action: 'x'.repeat(128), reason: 'x'.repeat(128) }), [])
  })

  const refusals: readonly (readonly [object, readonly string[]])[] = [
    [{ eventTime: undefined }, ['eventTime: Required value']],
    [
      { reportingController: '' },
      [
        'reportingController: Required value',
        `reportingController: Invalid value: "": name part must be non-empty`,
        `reportingController: Invalid value: "": ${namePart}`,
      ],
    ],
    [{ reportingController: 'a b' }, [`reportingController: Invalid value: "a b": ${namePart}`]],
    [{ reportingInstance: '' }, ['reportingInstance: Required value']],
    [{ reportingInstance: 'x'.repeat(129) }, ['reportingInstance: Invalid value: "": can have at most 128 characters']],
    // Bytes count, as in Go.
    [{ reportingInstance: 'é'.repeat(65) }, ['reportingInstance: Invalid value: "": can have at most 128 characters']],
    [{ action: undefined }, ['action: Required value']],
    [{ action: 'x'.repeat(129) }, ['action: Invalid value: "": can have at most 128 characters']],
    [{ reason: undefined }, ['reason: Required value']],
    [{ reason: 'x'.repeat(129) }, ['reason: Invalid value: "": can have at most 128 characters']],
    [{ note: 'x'.repeat(1025) }, ['message: Invalid value: "": can have at most 1024 characters']],
    [{ type: 'Bad' }, ['type: Invalid value: "": has invalid value: Bad']],
    [{ type: undefined }, ['type: Invalid value: "": has invalid value: ']],
    [
      { regarding: { kind: 'Node', name: 'n' } },
      ['involvedObject.namespace: Invalid value: "": does not match event.namespace'],
    ],
    [
      { series: { count: 1 } },
      ['series.count: Invalid value: "": should be at least 2', 'series.lastObservedTime: Required value'],
    ],
    [
      {
        deprecatedFirstTimestamp: '2026-01-02T03:04:05Z',
        deprecatedLastTimestamp: '2026-01-02T03:04:05Z',
        ...{ deprecatedCount: 1, deprecatedSource: { host: 'h' } },
      },
      ['firstTimestamp', 'lastTimestamp', 'count', 'source'].map(
        field => `${field}: Invalid value: "": needs to be unset`,
      ),
    ],
  ]
  for (const [changes, errors] of refusals)
    it(`are refused with ${JSON.stringify(changes).slice(0, 60)}`, () => assert.deepEqual(created(changes), errors))

  it('go on in their series, and change in nothing else', () => {
    const series = { count: 2, lastObservedTime: eventTime }
    assert.deepEqual(changed({ series }), [])
    assert.deepEqual(changed({ series: { ...series, count: 1 } }, { series }), [
      'series.count: Invalid value: "": should be at least 2',
    ])
    assert.deepEqual(changed({}, { series: { ...series, count: 1 } }), [], 'what was there before is not looked at')
    assert.deepEqual(changed({ note: 'else', action: 'Else', type: 'Warning', reason: 'Else' }), [
      `reason: Invalid value: "Else": ${immutable}`,
      `message: Invalid value: "else": ${immutable}`,
      `reason: Invalid value: "Else": ${immutable}`,
      `type: Invalid value: "Warning": ${immutable}`,
      `action: Invalid value: "Else": ${immutable}`,
    ])
    assert.deepEqual(changed({ regarding: { ...pod, name: 'other' }, related: pod, deprecatedCount: 1 }), [
      `involvedObject: Invalid value: {"Kind":"Pod","Namespace":"shop","Name":"other","UID":"","APIVersion":"v1","ResourceVersion":"","FieldPath":""}: ${immutable}`,
      `count: Invalid value: 1: ${immutable}`,
      `related: Invalid value: {"Kind":"Pod","Namespace":"shop","Name":"web","UID":"","APIVersion":"v1","ResourceVersion":"","FieldPath":""}: ${immutable}`,
    ])
    assert.deepEqual(
      changed({ eventTime: '2026-01-02T03:04:06.000000Z', reportingController: 'b', reportingInstance: 'c' }),
      [
        `eventTime: Invalid value: "2026-01-02T03:04:06.000000Z": ${immutable}`,
        `reportingController: Invalid value: "b": ${immutable}`,
        `reportingInstance: Invalid value: "c": ${immutable}`,
      ],
    )
  })
})

describe('events of the core group', () => {
  it('say as much only where they say when', () => {
    assert.deepEqual(createdCore({}), [])
    assert.deepEqual(createdCore({ reportingComponent: '', action: '' }), [
      'reportingComponent: Required value',
      'reportingComponent: Invalid value: "": name part must be non-empty',
      `reportingComponent: Invalid value: "": ${namePart}`,
      'action: Required value',
    ])
    assert.deepEqual(createdCore({ type: 'Bad', series: { count: 1 }, count: 5 }), [])
    assert.deepEqual(refusedFor(Event, readCore(old)), [])
  })

  it('are where their object is, those of the cluster in default', () => {
    const elsewhere = (namespace: string): string =>
      `involvedObject.namespace: Invalid value: "${namespace}": does not match event.namespace`
    const at = (namespace: string, about: object, more: object = {}): readonly string[] =>
      refusedFor(Event, readCore({ ...old, ...more, metadata: { ...metadata, namespace }, involvedObject: about }))
    assert.deepEqual(at('default', { kind: 'Node', name: 'n' }), [])
    assert.deepEqual(at('kube-system', { kind: 'Node', name: 'n' }), [elsewhere('')])
    assert.deepEqual(at('shop', { ...pod, namespace: 'other' }), [elsewhere('other')])
    const dated = { ...said, reportingComponent: 'c' }
    assert.deepEqual(at('kube-system', { kind: 'Node', name: 'n' }, dated), [])
    assert.deepEqual(at('shop', { kind: 'Node', name: 'n' }, dated), [elsewhere('')])
    assert.deepEqual(at('shop', { ...pod, namespace: 'other' }, dated), [])
  })

  it('may be changed', () =>
    assert.deepEqual(updateRefusedFor(Event, readCore({ ...old, count: 4, reason: 'Else' }), readCore(old)), []))

  it('show how often it happened, in a column that Kubernetes calls a text', () => {
    const count = Event.columns.find(({ name }) => name === 'Count')
    assert.equal(count?.type, 'string')
    const shown = (event: object) => count?.of(readCore({ ...goodCore, ...event }), 0)
    assert.deepEqual(
      [{}, { count: 3 }, { count: 3, series: { count: 5, lastObservedTime: eventTime } }, { count: 3, series: {} }].map(
        shown,
      ),
      [1, 3, 5, 0],
    )
  })
})
