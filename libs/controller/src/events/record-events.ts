import type { Stored, KubernetesObject } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { Event, Namespace } from '@periplus/kinds'
import type { ObjectReference } from '@periplus/kinds'
import type { Cut, Index } from '@periplus/projection'
import { correlate, countedUp, eventCommand, eventName, firstEvent, isAlike } from './event-rules.ts'
import type { Told } from './event-rules.ts'
import type { EventDraft } from './event-draft.ts'

/** Events by the uid of what they are about and their reason (`aboutKey`), so that none is parsed that tells something else. */
export const eventsAbout: Index<Event> = {
  kind: Event,
  keysOf: one => {
    const uid = one.member('involvedObject', 'uid')
    return typeof uid === 'string' ? [aboutKey(uid, String(one.member('reason')))] : []
  },
}

const aboutKey = (uid: string, reason: string): string => `${uid}/${reason}`

interface Recorded {
  readonly event: Event
  /** It is in the cut, as it was. */
  readonly isThere: boolean
}

/**
 * The commands that tell people what happened, as Events. They belong at the end of a decision, because a refused Event must
 * not keep the work from being done. What was told before is counted up rather than told again (`correlate`).
 */
export const recordEvents = (
  cut: Cut,
  now: number,
  component: string,
  drafts: readonly EventDraft[],
): readonly Command[] => {
  /** By name, in the order of their telling. */
  const written = new Map<string, Recorded>()
  /** Once for all that are alike: a ReplicaSet may tell of a thousand pods at once. */
  const alike = new Map<string, Recorded[]>()
  let order = 0
  const freeName = (told: Told, namespace: string): string => {
    for (;;) {
      const name = eventName(told, now, order++)
      // Another decision of this millisecond may have told something of this object.
      if (!cut.entry({ group: '', resource: 'events', namespace, name })) return name
    }
  }
  for (const { regarding, type, reason, message } of drafts) {
    const namespace = regarding.metadata.namespace ?? 'default'
    if (cut.get(Namespace, '', namespace)?.metadata.deletionTimestamp) continue
    const told: Told = { about: referenceTo(regarding), type, reason, message, source: { component } }
    const key = `${regarding.metadata.uid}/${type}/${reason}`
    const known = alike.get(key) ?? recordedIn(cut, told)
    alike.set(key, known)
    const { again, message: words } = correlate(told, known)
    const next: Recorded = again
      ? { ...again, event: countedUp(again.event, words, now) }
      : { event: firstEvent(told, words, freeName(told, namespace), now), isThere: false }
    if (again) known[known.indexOf(again)] = next
    else known.push(next)
    written.set(`${namespace}/${next.event.metadata?.name}`, next)
  }
  return [...written.values()].map(({ event, isThere }) => eventCommand(event, isThere))
}

const recordedIn = (cut: Cut, told: Told): Recorded[] =>
  cut
    .by(eventsAbout, aboutKey(told.about.uid ?? '', told.reason))
    .filter(isAlike(told))
    .map(event => ({ event, isThere: true }))

const referenceTo = ({ apiVersion, kind, metadata }: Stored<KubernetesObject>): ObjectReference => ({
  apiVersion,
  kind,
  name: metadata.name,
  namespace: metadata.namespace,
  uid: metadata.uid,
  resourceVersion: metadata.resourceVersion,
})
