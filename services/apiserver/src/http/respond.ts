import { stringify } from 'yaml'
import { encodeProtobuf, protobufMediaType, toJson } from '@periplus/api'
import type { Encoding } from '../request/accept.ts'
import type { Departure } from './disconnect.ts'
import type { Outgoing } from './exchange.ts'
import type { Headers, Reply, Sink } from './reply.ts'

/** How the client wants a value written. */
export interface Writing {
  readonly encoding: Encoding
  readonly pretty: boolean
  /** `HEAD`: headers only. */
  readonly headersOnly: boolean
}

interface Serialised {
  readonly contentType: string
  readonly bytes: Buffer
}

const serialise = ({ value, schema }: Extract<Reply, { tag: 'Value' }>, { encoding, pretty }: Writing): Serialised => {
  if (encoding === 'protobuf' && schema)
    return { contentType: protobufMediaType, bytes: encodeProtobuf(schema, value as object) }
  if (encoding === 'yaml')
    return {
      contentType: 'application/yaml',
      bytes: Buffer.from(stringify(value, { aliasDuplicateObjects: false })),
    }
  return { contentType: 'application/json', bytes: Buffer.from(`${toJson(value, pretty ? 2 : 0)}\n`) }
}

const setHeaders = (response: Outgoing, headers: Headers | undefined): void => {
  for (const [name, value] of Object.entries(headers ?? {}))
    response.setHeader(name, typeof value === 'string' ? value : [...value])
}

const end = (response: Outgoing, bytes: Uint8Array): void => {
  // Both responses take bytes; their overloads merely don't unite.
  ;(response.end as (bytes: Uint8Array) => void).call(response, bytes)
}

/** Writes a reply. Resolves when the last byte is handed over; a client that goes away is no error. */
export const respond = async (
  response: Outgoing,
  reply: Reply,
  writing: Writing,
  departure: Departure,
): Promise<void> => {
  setHeaders(response, reply.headers)
  switch (reply.tag) {
    case 'Value': {
      const { contentType, bytes } = serialise(reply, writing)
      response.statusCode = reply.code
      response.setHeader('content-type', contentType)
      response.setHeader('content-length', bytes.length)
      return end(response, writing.headersOnly ? Buffer.alloc(0) : bytes)
    }
    case 'Bytes': {
      const [only] = reply.parts
      const bytes = reply.parts.length === 1 && only ? only : Buffer.concat(reply.parts)
      response.statusCode = reply.code
      response.setHeader('content-type', reply.contentType)
      response.setHeader('content-length', bytes.length)
      return end(response, writing.headersOnly ? Buffer.alloc(0) : bytes)
    }
    case 'Pieces': {
      response.statusCode = 200
      response.setHeader('content-type', reply.contentType)
      if (writing.headersOnly) return end(response, Buffer.alloc(0))
      const { signal } = departure
      const sink = sinkOf(response, signal)
      for await (const piece of reply.pieces) {
        if (signal.aborted) return
        if (!sink.write(piece)) await sink.drained(signal)
      }
      if (!response.writableEnded) response.end()
      return
    }
    case 'Relayed': {
      response.statusCode = reply.code
      // What asks for no body says how long it would be; the rest is written as it comes.
      if ('flushHeaders' in response) response.flushHeaders()
      else response.writeHead(reply.code)
      if (writing.headersOnly || (await reply.run(sinkOf(response, departure.signal), departure.signal))) {
        if (!response.writableEnded) response.end()
      } else response.destroy()
      return
    }
    case 'Stream': {
      response.statusCode = 200
      response.setHeader('content-type', reply.contentType)
      // Headers go out at once: a watcher of a quiet resource must learn that it is watching.
      if ('flushHeaders' in response) response.flushHeaders()
      else response.writeHead(200)
      await reply.run(sinkOf(response, departure.signal), departure.signal)
      if (!response.writableEnded) response.end()
    }
  }
}

/** Bytes that wait for a client before it counts as slow; Node asks for a pause from 16 KiB on, which is a few objects. */
const roomBytes = 64 * 1024

const waitingBytes = (response: Outgoing): number =>
  'stream' in response ? response.stream.writableLength : response.writableLength

const needsDrain = (response: Outgoing): boolean =>
  'stream' in response ? response.stream.writableNeedDrain : response.writableNeedDrain

const sinkOf = (response: Outgoing, gone: AbortSignal): Sink => ({
  write: bytes => {
    if (gone.aborted || response.destroyed) return true
    const took = (response.write as (bytes: Uint8Array) => boolean).call(response, bytes)
    return took || waitingBytes(response) < roomBytes
  },
  drained: signal =>
    new Promise(resolve => {
      if (signal.aborted || gone.aborted || !needsDrain(response)) return resolve()
      const done = (): void => {
        response.off('drain', done)
        signal.removeEventListener('abort', done)
        gone.removeEventListener('abort', done)
        resolve()
      }
      response.on('drain', done)
      signal.addEventListener('abort', done)
      gone.addEventListener('abort', done)
    }),
})
