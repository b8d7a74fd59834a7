import type { HostileRequest } from './draw.ts'
import type { Heard } from './sender.ts'
import { digestOf, formOf } from './written.ts'
import type { Written } from './written.ts'

type Json = Readonly<Record<string, unknown>>

/** What the log has of the objects, beside what clients are told of them. */
export interface Ledger {
  /** The request was answered. */
  answered(id: string, hostile: HostileRequest, heard: Heard): void
  /** How many were answered since those that were checked last. */
  due(): number
  /** What was written meanwhile, for the first `due` of these at least. */
  check(due: number, events: readonly Written[]): void
  /** Compares what the list at a path of the API shows of the cluster with what it has; how many objects that were. */
  compareList(path: string, list: Json): number
  /** How many objects were answered whole and compared. */
  compared(): number
  /** Of all objects that there are. */
  state(): { readonly objects: number; readonly bytes: number }
}

interface Answered {
  readonly id: string
  readonly hostile: HostileRequest
  readonly heard: Heard
}

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/** A deletion takes its options out of the query only where it has no body, as in Kubernetes. */
const asksInQuery = ({ method, body }: HostileRequest): boolean => method !== 'DELETE' || (body?.length ?? 0) === 0

const isTrial = (hostile: HostileRequest): boolean => asksInQuery(hostile) && /[?&]dryRun=All(&|$)/.test(hostile.target)

const mayBeTrial = (hostile: HostileRequest): boolean =>
  isTrial(hostile) || (hostile.method === 'DELETE' && (hostile.body?.includes('dryRun') ?? false))

/** Whatever a request that was not carried out could leave behind would be an event of it. */
const mayNotWrite = ({ hostile, heard }: Answered): boolean =>
  heard.status >= 300 || safe.has(hostile.method) || isTrial(hostile)

/** An object that was answered as it is kept; `undefined` where the answer is none that can be compared. */
const objectIn = ({ status, text, type = '', whole = false }: Heard): Json | undefined => {
  if (status >= 300 || !whole || !type.startsWith('application/json') || !text.startsWith('{')) return undefined
  const found = JSON.parse(text) as Json
  const version = (found['metadata'] as Json | undefined)?.['resourceVersion']
  return typeof version === 'string' && !('items' in found) && !('rows' in found) ? found : undefined
}

/** How keys of objects begin that the API lists at the path. */
const keysAt = (path: string): string => {
  const [, api, first = '', second = '', third = ''] = path.split('/')
  return api === 'api' ? `/${second}/` : `${first}/${third}/`
}

const versionOf = (object: Json): number => Number((object['metadata'] as Json)['resourceVersion'])

/**
 * Holds answers to what the log got: a request that was refused, only read or was a trial has written nothing, now and later, and an object
 * that was answered is there, whole, at the version that it has.
 */
export const ledger = (complain: (text: string) => void, shown: (hostile: HostileRequest) => string): Ledger => {
  const bySequence = new Map<number, Written>()
  const byRequest = new Map<string, Written[]>()
  const newest = new Map<string, Written>()
  const mute = new Map<string, string>()
  const waiting: Answered[] = []
  let [objects, bytes, compared] = [0, 0, 0]

  const keep = (event: Written): void => {
    bySequence.set(event.sequence, event)
    const before = newest.get(event.key)
    if (before && before.sequence > event.sequence) return
    newest.set(event.key, event)
    if (before && !before.deleted) [objects, bytes] = [objects - 1, bytes - before.bytes]
    if (!event.deleted) [objects, bytes] = [objects + 1, bytes + event.bytes]
  }
  const whyNotKept = (object: Json): string | undefined => {
    const event = bySequence.get(versionOf(object))
    if (!event) return 'a version that no event has'
    if (event.form !== formOf(object)) return undefined
    compared++
    return event.digest === digestOf(object) ? undefined : `not what event ${event.sequence} says (${event.key})`
  }
  const checkOne = (one: Answered): void => {
    const { id, hostile, heard } = one
    const events = byRequest.get(id) ?? []
    byRequest.delete(id)
    const wrong = (why: string): void =>
      complain(`${why}: ${heard.status} ${heard.text.slice(0, 300)} to ${shown(hostile)}`)
    const [first] = events
    if (mayNotWrite(one)) {
      if (first) wrong(`wrote event ${first.sequence} (${first.key})`)
      mute.set(id, `${heard.status} to ${hostile.method} ${hostile.target.slice(0, 100)}`)
    }
    const object = objectIn(heard)
    if (!object || mayBeTrial(hostile)) return
    const why = whyNotKept(object)
    if (why !== undefined) wrong(`answered ${why}`)
    if (events.length > 0 && events.every(({ sequence }) => sequence !== versionOf(object)))
      wrong(`wrote ${events.map(({ sequence, key }) => `event ${sequence} (${key})`).join(', ')} and answered another`)
  }

  return {
    answered: (id, hostile, heard) => void waiting.push({ id, hostile, heard }),
    due: () => waiting.length,
    check: (due, events) => {
      for (const event of events) {
        keep(event)
        if (event.by === '') continue
        const muted = mute.get(event.by)
        if (muted !== undefined) complain(`wrote event ${event.sequence} (${event.key}) after its answer: ${muted}`)
        const before = byRequest.get(event.by)
        if (before) before.push(event)
        else byRequest.set(event.by, [event])
      }
      waiting.splice(0, due).forEach(checkOne)
    },
    compareList: (path, list) => {
      const items = (list['items'] ?? []) as readonly Json[]
      const { apiVersion, kind, metadata } = list
      const upTo = Number((metadata as Json)['resourceVersion'])
      for (const item of items) {
        const why = whyNotKept({ ...item, apiVersion, kind: String(kind).replace(/List$/, '') })
        if (why !== undefined) complain(`${path} shows ${why}: ${JSON.stringify(item).slice(0, 300)}`)
      }
      const there = new Set(items.map(versionOf))
      const prefix = keysAt(path)
      for (const { key, sequence, deleted } of newest.values())
        if (!deleted && sequence <= upTo && key.startsWith(prefix) && !there.has(sequence))
          complain(`${path} does not show ${key}, event ${sequence}`)
      return items.length
    },
    compared: () => compared,
    state: () => ({ objects, bytes }),
  }
}
