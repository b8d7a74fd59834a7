import { subjectToken } from '@periplus/log'
import type { RecordStream } from '@periplus/log'
import type { DecisionRecord } from '../controller.ts'
import type { DecisionSink } from './decision-sink.ts'

/** Records decisions on a stream, under the controller's name. */
export const recordDecisions = (stream: RecordStream): DecisionSink => ({
  record: record => stream.append(subjectToken(record.controller), Buffer.from(JSON.stringify(record))),
})

/** Recorded decisions, as they are found again. */
export interface RecordedDecisions {
  /** `undefined` where the record is gone or was never kept. */
  byId(id: string): Promise<DecisionRecord | undefined>
  /** All that are kept, in the order in which they were recorded. */
  all(signal?: AbortSignal): AsyncIterable<DecisionRecord>
}

/** A record is stored after its decision was taken; clocks of hosts may differ by this much, in milliseconds. */
const clockSkew = 60_000

/** A decision's id is `<controller>.<time>.<seed>.<count>`, the latter three in base 36: it tells where to look. */
const placeOf = (id: string): { readonly controller: string; readonly time: number } | undefined => {
  const parts = /^(.+)\.([0-9a-z]+)\.[0-9a-z]+\.[0-9a-z]+$/.exec(id)
  return parts?.[1] && parts[2] ? { controller: parts[1], time: parseInt(parts[2], 36) } : undefined
}

const recordOf = (bytes: Uint8Array): DecisionRecord =>
  JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()) as DecisionRecord

export const recordedDecisions = (stream: RecordStream): RecordedDecisions => ({
  byId: async id => {
    const place = placeOf(id)
    if (!place) return undefined
    const mark = Buffer.from(`"id":${JSON.stringify(id)}`)
    const range = stream.range({ since: place.time - clockSkew, subject: subjectToken(place.controller) })
    for await (const records of range)
      for (const { bytes } of records) if (Buffer.from(bytes).includes(mark)) return recordOf(bytes)
    return undefined
  },
  all: async function* (signal) {
    for await (const records of stream.range(signal ? { signal } : {}))
      for (const { bytes } of records) yield recordOf(bytes)
  },
})
