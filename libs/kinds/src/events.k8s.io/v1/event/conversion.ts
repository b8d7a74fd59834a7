import type { KubernetesObject } from '@periplus/api'
import type { Event as CoreEvent } from '../../../core/v1/event/schema.ts'
import { withoutUndefined } from '../../../describe/without-undefined.ts'
import type { Event } from './schema.ts'

/** The form in which the log holds events: the core group's. */
export const toStored = (event: Event): CoreEvent => {
  const { regarding, note, deprecatedSource, deprecatedFirstTimestamp, deprecatedLastTimestamp, ...same } = event
  const { deprecatedCount, reportingController, metadata = {}, ...rest } = same
  return withoutUndefined({
    ...rest,
    apiVersion: 'v1',
    metadata,
    involvedObject: regarding ?? {},
    message: note,
    source: deprecatedSource,
    firstTimestamp: deprecatedFirstTimestamp,
    lastTimestamp: deprecatedLastTimestamp,
    count: deprecatedCount,
    reportingComponent: reportingController,
  })
}

/** As Go prints it. */
const absentTime = null as unknown as string

export const fromStored = (stored: KubernetesObject): Event => {
  const { involvedObject, message, source, firstTimestamp, lastTimestamp, ...same } = stored as CoreEvent
  const { count, reportingComponent, reportingInstance, series, eventTime, ...rest } = same
  return withoutUndefined({
    ...rest,
    apiVersion: 'events.k8s.io/v1',
    // Core events may lack what this form requires.
    eventTime: eventTime ?? absentTime,
    series: series && { count: series.count ?? 0, lastObservedTime: series.lastObservedTime ?? absentTime },
    regarding: involvedObject,
    note: message,
    deprecatedSource: source,
    deprecatedFirstTimestamp: firstTimestamp,
    deprecatedLastTimestamp: lastTimestamp,
    deprecatedCount: count,
    // Core events always have both.
    reportingController: reportingComponent || undefined,
    reportingInstance: reportingInstance || undefined,
  })
}
