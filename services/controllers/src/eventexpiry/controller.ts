import { millisecondsOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Controller } from '@periplus/controller'
import { Event, Namespace } from '@periplus/kinds'

/** Events are kept for an hour after they happened last. */
const lifetime = 3_600_000

/** Expired ones are collected for this long, so that a busy namespace is not swept for each. */
const patience = 60_000

/** At most this many go at once. */
const batch = 500

/** All Events of a namespace are looked through once a minute, and most of them are as they were. */
const remembered = new WeakMap<Stored<Event>, number>()

const expiryOf = (event: Stored<Event>): number => {
  const known = remembered.get(event)
  if (known !== undefined) return known
  const { lastTimestamp, eventTime, series, metadata } = event
  const times = [lastTimestamp, eventTime, series?.lastObservedTime, metadata.creationTimestamp]
  const expiry = lifetime + Math.max(...times.map(time => millisecondsOf(time) ?? 0))
  remembered.set(event, expiry)
  return expiry
}

/**
 * Lets Events expire, namespace by namespace. No change needs to wake it: whatever comes after a decision expires an hour
 * after it at the earliest.
 */
export const eventExpiryController: Controller = {
  name: 'eventexpiry',
  version: 1,
  primary: Namespace,
  wakesItself: ({ before, after }) => before === undefined && after !== undefined,
  watches: [],
  decide: (cut, key, { now }) => {
    const namespace = cut.get(Namespace, '', key.name)
    if (!namespace) return { commands: [], why: 'the namespace is gone' }
    const events = cut.list(Event, key.name)
    const due = events.filter(event => expiryOf(event) <= now)
    const expired = due.slice(0, batch)
    const next = events.reduce((soonest, event) => {
      const expiry = expiryOf(event)
      return expiry > now ? Math.min(soonest, expiry) : soonest
    }, now + lifetime)
    return {
      commands: expired.map(({ metadata }) => ({
        verb: 'delete',
        kind: Event,
        ref: { group: '', resource: Event.resource, namespace: key.name, name: metadata.name },
        options: { preconditions: { uid: metadata.uid, resourceVersion: metadata.resourceVersion } },
      })),
      requeueAfter: due.length > expired.length ? 0 : Math.max(next - now, patience),
      why: expired.length > 0 ? `${expired.length} Events are over an hour old` : 'no Event is over an hour old',
    }
  },
}
