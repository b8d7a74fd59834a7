import { protobufMediaType } from '@periplus/api'
import type { schema } from '@periplus/api'
import type { Encoding } from '../request/accept.ts'

/** What a handler answers; `respond` writes it. Refusals are not replies: they stay on the left until the edge. */
export type Reply =
  /** Serialised already. `parts` are written one after the other and never changed. */
  | {
      readonly tag: 'Bytes'
      readonly code: number
      readonly contentType: string
      readonly parts: readonly Uint8Array[]
      readonly headers?: Headers
    }
  /** A value to be serialised as the client asked; without a schema it has no protobuf form. */
  | {
      readonly tag: 'Value'
      readonly code: number
      readonly value: unknown
      readonly schema?: Schema
      readonly headers?: Headers
    }
  /** One answer, made in turns while it is written: what is long holds up nobody. Always 200. */
  | {
      readonly tag: 'Pieces'
      readonly contentType: string
      readonly pieces: AsyncIterable<Uint8Array>
      readonly headers?: Headers
    }
  /** Written piece by piece for as long as `run` runs or the client listens. */
  | {
      readonly tag: 'Stream'
      readonly contentType: string
      readonly headers?: Headers
      readonly run: (sink: Sink, signal: AbortSignal) => Promise<void>
    }
  /** What another server answered, handed on piece by piece; its headers are all that there are. */
  | {
      readonly tag: 'Relayed'
      readonly code: number
      readonly headers: Headers
      /** `false`: it broke off, and so does the answer, that nobody may take it for whole. */
      readonly run: (sink: Sink, signal: AbortSignal) => Promise<boolean>
    }

type Schema = schema.Schema<unknown>

export type Headers = Readonly<Record<string, string | readonly string[]>>

/** Where a stream is written. */
export interface Sink {
  /** `false`: the client is slower than the server; write on after `drained`. */
  write(bytes: Uint8Array): boolean
  /** Resolves when there is room again, when the client is gone, or when `signal` aborts. */
  drained(signal: AbortSignal): Promise<void>
}

export const ok = (value: unknown, headers?: Headers): Reply => ({
  tag: 'Value',
  code: 200,
  value,
  headers: headers ?? {},
})
/** An object that is in no cut: the answer to a question, or what a subresource says. */
export const answered = (code: number, value: unknown, schema: Schema): Reply => ({ tag: 'Value', code, value, schema })

export const text = (code: number, body: string): Reply => ({
  tag: 'Bytes',
  code,
  contentType: 'text/plain; charset=utf-8',
  parts: [Buffer.from(body)],
})

const objectType = (encoding: Encoding): string => (encoding === 'protobuf' ? protobufMediaType : 'application/json')

/** Bytes that are protobuf, or JSON of which YAML is made for those who want that. */
export const objectBytes = (encoding: Encoding, bytes: Uint8Array, code = 200): Reply => ({
  tag: 'Bytes',
  code,
  contentType: objectType(encoding),
  parts: [bytes],
})

/** The same of what is long. */
export const objectPieces = (encoding: Encoding, pieces: AsyncIterable<Uint8Array>): Reply => ({
  tag: 'Pieces',
  contentType: objectType(encoding),
  pieces,
})
