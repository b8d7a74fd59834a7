import { deepEqual, fieldError } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import type { EventSource } from '../../../core/v1/event-source.ts'
import type { Event as CoreEvent } from '../../../core/v1/event/schema.ts'
import { eventErrors as errorsOfStored } from '../../../core/v1/event/validation.ts'
import type { ObjectReference } from '../../../core/v1/references.ts'
import { immutable } from '../../../validation/values.ts'
import { toStored } from './conversion.ts'
import type { Event } from './schema.ts'

const { invalid, required } = fieldError

const unset = (path: string, value: unknown): readonly FieldError[] =>
  value ? [invalid(path, '', 'needs to be unset')] : []

const seriesErrors = ({ series }: CoreEvent): readonly FieldError[] =>
  series
    ? [
        ...((series.count ?? 0) < 2 ? [invalid('series.count', '', 'should be at least 2')] : []),
        ...(series.lastObservedTime ? [] : [required('series.lastObservedTime')]),
      ]
    : []

/** What is wrong with an event of this group, created or changed. Fields have the names of the core group, as Kubernetes tells of them. */
export const eventErrors = (event: Event): readonly FieldError[] =>
  errorsOfStored(toStored(event), 'reportingController')

/** Besides, of one that is created. */
export const eventCreateErrors = (event: Event): readonly FieldError[] => {
  const stored = toStored(event)
  const { eventTime, type = '', firstTimestamp, lastTimestamp, count, source } = stored
  return [
    ...seriesErrors(stored),
    ...(eventTime ? [] : [required('eventTime')]),
    ...(type === 'Normal' || type === 'Warning' ? [] : [invalid('type', '', `has invalid value: ${type}`)]),
    ...unset('firstTimestamp', firstTimestamp),
    ...unset('lastTimestamp', lastTimestamp),
    ...unset('count', count),
    ...unset('source', source?.component || source?.host),
  ]
}

/** As Go shows a value of its internal type. */
const goReference = (to: ObjectReference | undefined): object | null =>
  to
    ? {
        Kind: to.kind ?? '',
        Namespace: to.namespace ?? '',
        Name: to.name ?? '',
        UID: to.uid ?? '',
        APIVersion: to.apiVersion ?? '',
        ResourceVersion: to.resourceVersion ?? '',
        FieldPath: to.fieldPath ?? '',
      }
    : null

const goSource = (source: EventSource | undefined): object => ({
  Component: source?.component ?? '',
  Host: source?.host ?? '',
})

/** What may not change; reasons are looked at twice. In Kubernetes' order, with what stands where nothing is said. */
const lasting: readonly (readonly [string, (event: CoreEvent) => unknown])[] = [
  ['involvedObject', ({ involvedObject }) => goReference(involvedObject ?? {})],
  ['reason', ({ reason }) => reason ?? ''],
  ['message', ({ message }) => message ?? ''],
  ['source', ({ source }) => goSource(source)],
  ['firstTimestamp', ({ firstTimestamp }) => firstTimestamp],
  ['lastTimestamp', ({ lastTimestamp }) => lastTimestamp],
  ['count', ({ count }) => count ?? 0],
  ['reason', ({ reason }) => reason ?? ''],
  ['type', ({ type }) => type ?? ''],
  ['eventTime', ({ eventTime }) => eventTime ?? undefined],
  ['action', ({ action }) => action ?? ''],
  ['related', ({ related }) => goReference(related)],
  ['reportingController', ({ reportingComponent }) => reportingComponent ?? ''],
  ['reportingInstance', ({ reportingInstance }) => reportingInstance ?? ''],
]

/** What happened stays as it was told: only its series goes on. */
export const eventUpdateErrors = (next: Event, previous: Event): readonly FieldError[] => {
  const [after, before] = [toStored(next), toStored(previous)]
  return [
    ...(deepEqual(after.series, before.series) ? [] : seriesErrors(after)),
    ...lasting.flatMap(([field, of]) => immutable(field, of(after), of(before))),
  ]
}
