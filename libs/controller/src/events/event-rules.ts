import { formatTime } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { Event } from '@periplus/kinds'
import type { ObjectReference } from '@periplus/kinds'
import { fnv1a } from '@periplus/prelude'

/** What is told, by whom and of what. */
export interface Told {
  readonly about: ObjectReference
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** Who tells: a component and, where it is told on a node, that node's name. */
  readonly source: { readonly component: string; readonly host?: string }
}

/** This many Events may differ in nothing but their message before further ones share one. */
const messagesApart = 10

/** The API's own limit of an Event's note; somebody else may have chosen the words. */
const longestMessage = 1024

const longestName = 253

const combinedBegin = '(combined from similar events): '

const shortened = (message: string): string =>
  message.length > longestMessage ? `${message.slice(0, longestMessage - 3)}...` : message

/** Whether an Event tells the same as `told`, in these words or in others. */
export const isAlike =
  ({ about, type, reason, source }: Told) =>
  (event: Event): boolean =>
    event.reason === reason &&
    event.type === type &&
    event.involvedObject.uid === about.uid &&
    event.involvedObject.kind === about.kind &&
    event.source?.component === source.component &&
    (event.source.host ?? '') === (source.host ?? '')

/**
 * What becomes of something that is told, by client-go's correlator: the Event in `alike` (those of `isAlike`) that it counts up, or
 * none, and the words. The same words are counted up; those that come after ten others share one Event, which says the last of them.
 * Places become free when Events expire.
 */
export const correlate = <E extends { readonly event: Event }>(
  { about, message }: Told,
  alike: readonly E[],
): { readonly again: E | undefined; readonly message: string } => {
  const words = shortened(message)
  const again = alike.find(({ event }) => event.message === words && event.involvedObject.fieldPath === about.fieldPath)
  if (again) return { again, message: words }
  const combined = alike.filter(({ event }) => event.message?.startsWith(combinedBegin))
  if (alike.length - combined.length < messagesApart) return { again: undefined, message: words }
  return { again: combined[0], message: shortened(combinedBegin + words) }
}

/**
 * `<object>.<nanoseconds since 1970, in 16 hexadecimal digits>`, as client-go names Events: kubectl orders them by their second, and
 * leaves those of one second in the order of their names. `order` counts the Events of one millisecond, from 0. The last three digits of
 * the nanoseconds say who tells and of what, so that two who tell at once of objects of one name do not meet.
 */
export const eventName = ({ about, source }: Told, now: number, order: number): string => {
  const who = fnv1a(`${source.component}/${source.host ?? ''}/${about.kind ?? ''}/${about.uid ?? ''}`) % 1000
  const nanoseconds = BigInt(Math.floor(now)) * 1_000_000n + BigInt(order * 1000 + who)
  return `${nameBegin(about.name ?? '')}.${nanoseconds.toString(16).padStart(16, '0')}`
}

/** An Event's name is a domain name; not every object's is one, and together they may be too long. */
const nameBegin = (name: string): string => {
  const begin = name
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, '-')
    .slice(0, longestName - 17)
  return /^.*[a-z0-9]/.exec(begin)?.[0] ?? ''
}

/** An Event that tells something for the first time. */
export const firstEvent = (
  { about, type, reason, source }: Told,
  message: string,
  name: string,
  now: number,
): Event => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name, namespace: about.namespace || 'default' },
  involvedObject: about,
  type,
  reason,
  message,
  count: 1,
  firstTimestamp: formatTime(now),
  lastTimestamp: formatTime(now),
  source,
  reportingComponent: source.component,
  reportingInstance: source.host ?? '',
})

/** The same Event, told once more. */
export const countedUp = <E extends Event>(event: E, message: string, now: number): E => ({
  ...event,
  message,
  count: (event.count ?? 1) + 1,
  lastTimestamp: formatTime(now),
})

/** Writes an Event: a new one, or what has changed of one that is there. */
export const eventCommand = (event: Event, isThere: boolean): Command => {
  if (!isThere) return { verb: 'create', kind: Event, object: event }
  const { metadata, count, lastTimestamp, message } = event
  return {
    verb: 'patch',
    kind: Event,
    ref: { group: '', resource: 'events', namespace: metadata?.namespace ?? '', name: metadata?.name ?? '' },
    patch: { type: 'merge', body: { count, lastTimestamp, message } },
  }
}
