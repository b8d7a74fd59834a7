import { E, asBuffer } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { fromJson, toJson } from '@periplus/api'
import { subjectToken } from '@periplus/log'
import type { RecordStream, StoredRecord } from '@periplus/log'
import type { DecisionRecord } from '../controller.ts'
import type { DecisionSink } from './decision-sink.ts'

/** A decision's record waits this long for those that come right after it, to be stored in one message; milliseconds. */
const gathering = 20

/** Bytes over which a message is sent without waiting for more. */
const largeMessage = 256 * 1024

/** Decisions on their way to a stream. */
export interface StreamedDecisions extends DecisionSink {
  /** Resolves when everything recorded before has been stored or dropped. */
  flush(): Promise<void>
}

/** Records decisions on a stream, under the controller's name: as lines of JSON, those of a busy moment in one message. */
export const recordDecisions = (stream: RecordStream, clock: Clock): StreamedDecisions => {
  const gathered = new Map<string, { readonly lines: string[]; size: number }>()
  let cancel: (() => void) | undefined

  const send = (): void => {
    cancel?.()
    cancel = undefined
    for (const [controller, { lines }] of gathered)
      stream.append(subjectToken(controller), Buffer.from(lines.join('\n')))
    gathered.clear()
  }
  return {
    record: record => {
      const line = toJson(record)
      const message = gathered.get(record.controller) ?? { lines: [], size: 0 }
      gathered.set(record.controller, message)
      message.lines.push(line)
      message.size += line.length
      if (message.size >= largeMessage) send()
      else cancel ??= clock.after(gathering, send)
    },
    flush: () => {
      send()
      return stream.flush()
    },
  }
}

/** Recorded decisions, as they are found again. */
export interface RecordedDecisions {
  /** `undefined` where the record is gone or was never kept. */
  byId(id: string): Promise<DecisionRecord | undefined>
  /** The one that was recorded last; `undefined` where none is, or the stream cannot be read. */
  newest(): Promise<DecisionRecord | undefined>
  /** All that are kept, in the order in which they were recorded; what is no record is stepped over. */
  all(signal?: AbortSignal): AsyncIterable<DecisionRecord>
  /** Likewise those that are recorded after it has resolved, until `signal` aborts. Rejects where the stream cannot be read. */
  follow(signal: AbortSignal): Promise<AsyncIterable<DecisionRecord>>
}

/** A record is stored after its decision was taken; clocks of hosts may differ by this much, in milliseconds. */
const clockSkew = 60_000

/** A decision's id is `<controller>.<time>.<seed>.<count>`, the latter three in base 36: it tells where to look. */
const placeOf = (id: string): { readonly controller: string; readonly time: number } | undefined => {
  const parts = /^(.+)\.([0-9a-z]+)\.[0-9a-z]+\.[0-9a-z]+$/.exec(id)
  return parts?.[1] && parts[2] ? { controller: parts[1], time: parseInt(parts[2], 36) } : undefined
}

/** The records of one message, as JSON. */
const linesOf = (bytes: Uint8Array): readonly string[] => asBuffer(bytes).toString().split('\n')

const isRecord = (value: unknown): value is DecisionRecord => {
  const { id, controller, key, cut, now, seed, triggers, commands } = (value ?? {}) as Partial<DecisionRecord>
  return (
    [id, controller, key?.namespace, key?.name].every(text => typeof text === 'string') &&
    [cut, now, seed].every(number => typeof number === 'number') &&
    Array.isArray(triggers) &&
    Array.isArray(commands)
  )
}

/** `undefined` for a line that is no record: somebody else has written to the stream. */
const recordOf = (line: string): DecisionRecord | undefined => {
  try {
    const value = fromJson(line)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

async function* recordsOf(stored: AsyncIterable<readonly StoredRecord[]>): AsyncGenerator<DecisionRecord> {
  for await (const messages of stored)
    for (const { bytes } of messages)
      for (const line of linesOf(bytes)) {
        const record = recordOf(line)
        if (record) yield record
      }
}

/** The decisions that a stream has, in its order. */
export const recordedDecisions = (stream: RecordStream): RecordedDecisions => ({
  byId: async id => {
    const place = placeOf(id)
    if (!place) return undefined
    const mark = `"id":${JSON.stringify(id)}`
    const range = stream.range({ since: place.time - clockSkew, subject: subjectToken(place.controller) })
    for await (const messages of range)
      for (const { bytes } of messages) {
        if (!asBuffer(bytes).includes(mark)) continue
        const found = linesOf(bytes)
          .filter(line => line.includes(mark))
          .map(recordOf)
          .find(record => record?.id === id)
        if (found) return found
      }
    return undefined
  },
  newest: async () => {
    const last = await stream.last()
    if (E.isLeft(last) || last.right === 0) return undefined
    for await (const messages of stream.range({ from: last.right, to: last.right }))
      for (const { bytes } of messages) return linesOf(bytes).map(recordOf).at(-1)
    return undefined
  },
  all: signal => recordsOf(stream.range(signal ? { signal } : {})),
  follow: async signal => {
    const last = await stream.last()
    if (E.isLeft(last)) throw new Error('the decisions cannot be read')
    return recordsOf(stream.follow({ from: last.right + 1, signal }))
  },
})
