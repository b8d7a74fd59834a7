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
  /** A value to be serialised as the client asked. */
  | { readonly tag: 'Value'; readonly code: number; readonly value: unknown; readonly headers?: Headers }
  /** Written piece by piece for as long as `run` runs or the client listens. */
  | {
      readonly tag: 'Stream'
      readonly contentType: string
      readonly headers?: Headers
      readonly run: (sink: Sink, signal: AbortSignal) => Promise<void>
    }

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
export const created = (value: unknown): Reply => ({ tag: 'Value', code: 201, value })

export const text = (code: number, body: string): Reply => ({
  tag: 'Bytes',
  code,
  contentType: 'text/plain; charset=utf-8',
  parts: [Buffer.from(body)],
})

export const jsonBytes = (parts: readonly Uint8Array[], code = 200): Reply => ({
  tag: 'Bytes',
  code,
  contentType: 'application/json',
  parts,
})
