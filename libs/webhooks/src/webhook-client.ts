import type { WebhookAddress } from '@periplus/api'
import type { Either } from '@periplus/prelude'

/** As whom a webhook is asked that wants to know, where it is the operator's own. */
export interface WebhookCredentials {
  /** PEM. */
  readonly cert?: string
  readonly key?: string
  readonly token?: string
  /** The name that its certificate is for, where it isn't the address. */
  readonly serverName?: string
  /** Any certificate will do. */
  readonly insecure?: boolean
}

/** A request to a webhook. */
export interface WebhookQuestion {
  readonly address: WebhookAddress
  /** JSON in pieces, so that a thousand questions can share what they have in common. */
  readonly body: readonly Uint8Array[]
  /** From the call to the answer's last byte. */
  readonly timeoutMilliseconds: number
  /** Of an answer; one that is longer is none. */
  readonly mostBytes: number
  /** Absent: it is a webhook of admission or conversion, which is asked by nobody in particular and told until when. */
  readonly as?: WebhookCredentials
}

/** Why there is no answer, in the words that Kubernetes has for it, and what whoever may ask again goes by. */
export interface WebhookFault {
  readonly message: string
  /** HTTP's, of a server that answered with something else than success. */
  readonly status?: number
  /** As that server said in `Retry-After`, where it gave a number of seconds. */
  readonly retryAfterSeconds?: number
  /** The other end reset the connection. */
  readonly isReset?: true
}

/**
 * Asks webhooks. A question is a POST of JSON over TLS, an answer is JSON with a status of success; everything else (silence, a
 * redirect, which is not followed, too much, no JSON, a certificate of nobody's) is a fault, at the latest when the time is up.
 * Nothing is asked twice, but where a kept connection turns out to be closed. Never rejects.
 */
export interface WebhookClient {
  call(question: WebhookQuestion): Promise<Either<WebhookFault, unknown>>
  /** Ends the connections that are kept for later. */
  close(): void
}

/** A host and a port, or why there are none. */
export type Resolved = Either<string, { readonly host: string; readonly port: number }>

/** Where a service is to be reached. */
export type ResolveService = (service: {
  readonly namespace: string
  readonly name: string
  readonly port: number
}) => Resolved
