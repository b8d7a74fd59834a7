import { createHash } from 'node:crypto'
import { E } from '@periplus/prelude'
import type { MemoryEventLog, NewEvent, Sequence } from '@periplus/log'

/** What an event has written, as short as it can be compared. */
export interface Written {
  readonly sequence: Sequence
  /** The request that it was written for; `''` where it was no request of the API. */
  readonly by: string
  readonly key: string
  /** Such as `apps/v1 Deployment`: in this form it is kept. */
  readonly form: string
  readonly digest: string
  readonly bytes: number
  readonly deleted: boolean
}

type Json = Readonly<Record<string, unknown>>

/** What an object says of itself, wherever it is read. */
export const formOf = ({ apiVersion, kind }: Json): string => `${String(apiVersion)} ${String(kind)}`

const inOrder = (object: Json): Json => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)))

/** Of an object but for its version, which is not in the log's copy, and for the order of what it says at first. */
export const digestOf = (object: Json): string => {
  const { resourceVersion: _version, ...metadata } = object['metadata'] as Json
  const text = JSON.stringify(inOrder({ ...object, metadata: inOrder(metadata) }))
  return createHash('sha1').update(text).digest('base64')
}

/** Larger ones are not answered whole to those who compare. */
const largestCompared = 64 * 1024

const writtenOf = ({ origin, ref, type, body }: NewEvent, sequence: Sequence): Written => {
  const object = body.length > largestCompared ? undefined : (JSON.parse(Buffer.from(body).toString()) as Json)
  return {
    sequence,
    by: origin.component === 'apiserver' ? origin.correlationId : '',
    key: `${ref.group}/${ref.resource}/${ref.namespace}/${ref.name}`,
    form: object ? formOf(object) : '',
    digest: object ? digestOf(object) : '',
    bytes: body.length,
    deleted: type === 'deleted',
  }
}

export interface NotingLog {
  readonly log: MemoryEventLog
  /** What was written since this was asked last. */
  take(): readonly Written[]
}

/** The log, of which every event is noted as it is appended: those of heartbeats are gone when one looks for them later. */
export const noting = (log: MemoryEventLog): NotingLog => {
  let noted: (readonly [NewEvent, Sequence])[] = []
  return {
    log: {
      ...log,
      append: async event => {
        const done = await log.append(event)
        if (E.isRight(done) && !done.right.duplicate) noted.push([event, done.right.sequence])
        return done
      },
      appendAll: async events => {
        const done = await log.appendAll(events)
        if (E.isRight(done) && !done.right.duplicate)
          events.forEach((event, at) => noted.push([event, done.right.sequences[at] ?? 0]))
        return done
      },
    },
    take: () => {
      const taken = noted
      noted = []
      return taken.map(([event, sequence]) => writtenOf(event, sequence))
    },
  }
}
