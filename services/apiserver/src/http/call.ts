import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import type { Origin } from '@periplus/log'
import type { Past } from '@periplus/replay'
import type { AuditTrail } from '../audit/trail.ts'
import type { UpgradeRequest, User } from '../ports.ts'
import type { RequestInfo } from '../request/request-info.ts'
import type { ReadYaml } from '../request/body-threads.ts'
import type { Incoming } from './exchange.ts'
import type { Reply } from './reply.ts'

/** One authenticated and authorized request, as the handlers see it. */
export interface Call {
  readonly info: RequestInfo
  readonly query: URLSearchParams
  readonly request: Incoming
  readonly user: User
  /** Fresh for every request; also the correlation id of every event that comes of it. */
  readonly auditId: string
  /** Aborts when the client is gone or the server stops. */
  readonly signal: AbortSignal
  /** Read once, at the first call. */
  readonly body: () => Promise<Either<Refusal, Uint8Array>>
  /** Reads a body that is YAML, elsewhere than here. */
  readonly readYaml: (body: Uint8Array) => ReturnType<ReadYaml>
  /** What the audit log is told of this request. */
  readonly trail: AuditTrail
  /** Begins another trail of the same request, for one of several writes that it asks for. */
  readonly anotherTrail: () => AuditTrail
  /** Told to the client in a `Warning` header. */
  readonly warn: (text: string) => void
  /** Set on whatever is answered. */
  readonly setHeader: (name: string, value: string) => void
  /** The state that is asked about, below `/at/`; absent: the present. */
  readonly past?: Past
  /** Present when the client asked for another protocol. */
  readonly connection?: UpgradeRequest
}

export type ResourceInfo = Extract<RequestInfo, { tag: 'Resource' }>

/** `undefined`: the connection has been handed over and nothing more is to be answered. */
export type Answer = Either<Refusal, Reply | undefined>

/** The actor and the correlation that this call's events carry. */
export const originOf = (call: Pick<Call, 'user' | 'auditId'>): Origin => ({
  actor: `user:${call.user.name}`,
  component: 'apiserver',
  causes: [],
  correlationId: call.auditId,
})

export const refuse = (refusal: Refusal): Either<Refusal, never> => E.left(refusal)

export const badRequest = (message: string): Either<Refusal, never> => E.left({ tag: 'BadRequest', message })
