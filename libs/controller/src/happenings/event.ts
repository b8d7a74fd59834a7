import { formatTime } from '@periplus/api'
import type { Event } from '@periplus/kinds'
import { fnv1a } from '@periplus/prelude'
import type { Happening } from './happening.ts'

/** This many Events about one object may differ in nothing but their message before they are combined. */
export const messagesApart = 10

export const combined = (message: string): string => `(combined from similar events): ${message}`

const hex = (value: number): string => value.toString(16).padStart(8, '0')

/** `<object>.<16 hexadecimal digits>`, as client-go's look; the digits tell object, reason, component and place. */
export const eventName = (
  { regarding, reason, type }: Happening,
  component: string,
  place: number | 'combined',
): string => {
  const what = `${regarding.metadata.uid}/${type}/${reason}/${component}/${place}`
  return `${regarding.metadata.name.slice(0, 253 - 17)}.${hex(fnv1a(what))}${hex(fnv1a(what, 0x01234567))}`
}

export const freshEvent = (
  { regarding, type, reason, message }: Happening,
  component: string,
  namespace: string,
  name: string,
  now: number,
): Event => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name, namespace },
  involvedObject: {
    apiVersion: regarding.apiVersion,
    kind: regarding.kind,
    name: regarding.metadata.name,
    namespace: regarding.metadata.namespace,
    uid: regarding.metadata.uid,
    resourceVersion: regarding.metadata.resourceVersion,
  },
  type,
  reason,
  message,
  count: 1,
  firstTimestamp: formatTime(now),
  lastTimestamp: formatTime(now),
  source: { component },
  reportingComponent: component,
  reportingInstance: '',
})
