import { E } from '@periplus/prelude'
import type { KubernetesObject } from '@periplus/api'
import type { DecisionRecord } from '@periplus/controller'
import type { EventBatch, RecordedEvent, Sequence } from '@periplus/log'
import { toldEvent } from '@periplus/replay'
import { CannotGoOn } from '@periplus/cluster'
import type { NamedObject } from '../commands/object-argument.ts'
import type { ApiClient } from './api-client.ts'
import { networkOf } from './network.ts'
import type { EndpointReason, Past, ToldEvent } from './past.ts'

const pathOf = ({ kind, ref }: NamedObject): string =>
  [
    kind.group === '' ? '/api' : `/apis/${kind.group}`,
    kind.version,
    ...(ref.namespace === '' ? [] : ['namespaces', encodeURIComponent(ref.namespace)]),
    kind.resource,
    encodeURIComponent(ref.name),
  ].join('/')

interface ToldHistory {
  readonly events: readonly unknown[]
  readonly withheld: number
}

interface ToldReasons {
  readonly events: readonly {
    readonly event: unknown
    readonly previous: unknown
    readonly decision: ToldEvent['decision'] | null
    readonly own: boolean
  }[]
  readonly withheld: number
  readonly endpoints?: readonly EndpointReason[]
}

const eventsAtOnce = 500

/** The past as an API server tells it to the user of a kubeconfig: what they could see then and can see now. */
export const apiPast = (client: ApiClient, ca: string): Past => {
  const events = async function* (query: string, signal?: AbortSignal): AsyncGenerator<RecordedEvent> {
    for await (const told of client.lines(`/history${query}`, signal)) yield toldEvent(told)
  }
  async function* range(from: Sequence, to: Sequence, signal?: AbortSignal): AsyncGenerator<EventBatch> {
    if (to < from) return
    let batch: RecordedEvent[] = []
    for await (const event of events(`?since=${from}`, signal)) {
      if (event.sequence > to) break
      if (batch.push(event) < eventsAtOnce) continue
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
  }
  return {
    server: client.server,
    ca,
    history: async object => {
      const told = (await client.get(`/history${pathOf(object)}`)) as ToldHistory | undefined
      return { events: (told?.events ?? []).map(toldEvent), withheld: told?.withheld ?? 0 }
    },
    why: async object => {
      const told = (await client.get(`/history/why${pathOf(object)}`)) as ToldReasons | undefined
      return {
        events: (told?.events ?? []).map(({ event, previous, decision, own }) => ({
          event: toldEvent(event),
          previous: previous === null ? undefined : toldEvent(previous),
          decision: decision ?? undefined,
          own,
        })),
        withheld: told?.withheld ?? 0,
        ...(told?.endpoints ? { endpoints: told.endpoints } : {}),
      }
    },
    object: async (object, at) =>
      (await client.get(`${at === undefined ? '' : `/at/${encodeURIComponent(at)}`}${pathOf(object)}`)) as
        KubernetesObject | undefined,
    network: at => networkOf(client, at),
    sequence: async moment => {
      const place = (await client.get(`/history/moments/${encodeURIComponent(moment)}`)) as
        { readonly sequence: Sequence } | undefined
      if (!place) throw new CannotGoOn(`${client.server} tells no history`)
      return place.sequence
    },
    events: ({ since, follow, signal }) => {
      const query = new URLSearchParams({
        ...(since === undefined ? {} : { since }),
        ...(follow ? { follow: 'true' } : {}),
      })
      return events(query.size === 0 ? '' : `?${query.toString()}`, signal)
    },
    decisions: () => client.lines('/history/decisions') as AsyncIterable<DecisionRecord>,
    log: { range, bases: async () => E.right([]) },
  }
}
