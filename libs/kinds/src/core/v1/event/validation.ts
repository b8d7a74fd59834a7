import { fieldError, isQualifiedName } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import type { Event } from './schema.ts'

const { invalid, required } = fieldError

const longest = 128
const longestMessage = 1024

const atMost = (path: FieldPath, text: string, most: number): readonly FieldError[] =>
  Buffer.byteLength(text) > most ? [invalid(path, '', `can have at most ${most} characters`)] : []

const presentWithin = (path: FieldPath, text: string | undefined, most: number): readonly FieldError[] =>
  text ? atMost(path, text, most) : [required(path)]

const elsewhere = (namespace: string): FieldError =>
  invalid('involvedObject.namespace', namespace, 'does not match event.namespace')

/** Those without a moment are of the old sort, and live in the namespace of what they are about. */
const ofOldSort = ({ metadata, involvedObject }: Event): readonly FieldError[] => {
  const about = involvedObject.namespace ?? ''
  const own = metadata.namespace ?? ''
  return about === own || (about === '' && own === 'default') ? [] : [elsewhere(about)]
}

const ofNewSort = (event: Event, reporter: FieldPath): readonly FieldError[] => {
  const { metadata, involvedObject, reportingComponent = '', reportingInstance, action, reason, message = '' } = event
  return [
    ...(involvedObject.namespace || ['default', 'kube-system'].includes(metadata.namespace ?? '')
      ? []
      : [elsewhere('')]),
    ...(reportingComponent === '' ? [required(reporter)] : []),
    ...isQualifiedName(reportingComponent).map(complaint => invalid(reporter, reportingComponent, complaint)),
    ...presentWithin('reportingInstance', reportingInstance, longest),
    ...presentWithin('action', action, longest),
    ...presentWithin('reason', reason, longest),
    ...atMost('message', message, longestMessage),
  ]
}

/**
 * What is wrong with an event, whichever group's client writes it: those that say when they happened say more besides. `reporter` is
 * what that group calls who reports.
 */
export const eventErrors = (event: Event, reporter: FieldPath = 'reportingComponent'): readonly FieldError[] =>
  event.eventTime ? ofNewSort(event, reporter) : ofOldSort(event)
