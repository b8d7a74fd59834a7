import { E } from '@periplus/prelude'
import type { KubernetesObject } from '@periplus/api'
import type { DecisionRecord } from '@periplus/controller'
import type { Bounds, EventBatch, RecordedEvent, Sequence } from '@periplus/log'
import { toldEvent } from '@periplus/replay'
import type { NamedObject } from '../commands/object-argument.ts'
import type { ApiClient } from './api-client.ts'
import { momentOf } from './moment.ts'
import { networkOf } from './network.ts'
import type { EndpointReason, Past, ToldEvent } from './past.ts'
import { belowMoment, pathOf } from './resources.ts'

const placeOf = ({ kind, ref }: NamedObject): string => pathOf(kind, ref.namespace, ref.name)

interface ToldHistory {
  readonly events: readonly unknown[]
  readonly withheld: number
  readonly from?: Sequence
}

interface ToldReasons {
  readonly events: readonly {
    readonly event: unknown
    readonly previous: unknown
    readonly decision: ToldEvent['decision'] | null
    readonly own: boolean
  }[]
  readonly withheld: number
  readonly from?: Sequence
  readonly endpoints?: readonly EndpointReason[]
}

const eventsAtOnce = 500

/** The past as an API server tells it to the user of a kubeconfig: what they could see then and can see now. */
export const apiPast = (client: ApiClient, ca: string, note: (text: string) => void): Past => {
  const events = async function* (
    path: string,
    signal?: AbortSignal,
    warn?: (text: string) => void,
  ): AsyncGenerator<RecordedEvent> {
    for await (const told of client.lines(`/history${path}`, signal, warn)) yield toldEvent(told)
  }
  const inBatches = async function* (
    all: AsyncIterable<RecordedEvent>,
    isOver: (event: RecordedEvent) => boolean,
  ): AsyncGenerator<EventBatch> {
    let batch: RecordedEvent[] = []
    for await (const event of all) {
      if (isOver(event)) break
      if (batch.push(event) < eventsAtOnce) continue
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
  }
  async function* range(from: Sequence, to: Sequence, signal?: AbortSignal): AsyncGenerator<EventBatch> {
    if (to >= from) yield* inBatches(events(`?since=${from}`, signal), ({ sequence }) => sequence > to)
  }
  const state = (sequence: Sequence): AsyncGenerator<EventBatch> => inBatches(events(`/state/${sequence}`), () => false)
  return {
    server: client.server,
    ca,
    history: async object => {
      const told = (await client.get(`/history${placeOf(object)}`)) as ToldHistory | undefined
      return { events: (told?.events ?? []).map(toldEvent), withheld: told?.withheld ?? 0, from: told?.from }
    },
    why: async object => {
      const told = (await client.get(`/history/why${placeOf(object)}`)) as ToldReasons | undefined
      return {
        events: (told?.events ?? []).map(({ event, previous, decision, own }) => ({
          event: toldEvent(event),
          previous: previous === null ? undefined : toldEvent(previous),
          decision: decision ?? undefined,
          own,
        })),
        withheld: told?.withheld ?? 0,
        from: told?.from,
        ...(told?.endpoints ? { endpoints: told.endpoints } : {}),
      }
    },
    object: async (object, at) =>
      (await client.get(`${belowMoment(at)}${placeOf(object)}`)) as KubernetesObject | undefined,
    network: at => networkOf(client, at),
    sequence: moment => momentOf(client, moment),
    events: ({ since, follow, signal }) => {
      const query = new URLSearchParams({
        ...(since === undefined ? {} : { since }),
        ...(follow ? { follow: 'true' } : {}),
      })
      return events(query.size === 0 ? '' : `?${query.toString()}`, signal, note)
    },
    decisions: () => client.lines('/history/decisions') as AsyncIterable<DecisionRecord>,
    log: {
      range,
      bases: async atMost => E.right(atMost === 0 ? [] : [{ sequence: atMost, events: state(atMost) }]),
      bounds: async () => E.right((await client.get('/history/bounds')) as Bounds),
    },
  }
}
