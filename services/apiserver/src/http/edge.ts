import { randomUUID } from 'node:crypto'
import { E, thrownAt, thrownText } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { internalError, statusOf } from '@periplus/api'
import type { Refusal, Status } from '@periplus/api'
import { Status as StatusSchema } from '@periplus/kinds'
import type { Logger } from '@periplus/service'
import { arrivedAs } from '../audit/arrived.ts'
import { noTrail } from '../audit/trail.ts'
import type { Audit, AuditTrail } from '../audit/trail.ts'
import type { Leave } from '../fairness/fair-queue.ts'
import type { UpgradeRequest } from '../ports.ts'
import { valueEncoding } from '../request/accept.ts'
import type { WriteForPeople } from '../request/body-threads.ts'
import { booleanParameter } from '../request/request-info.ts'
import type { Answer } from './call.ts'
import { abortOnDisconnect } from './disconnect.ts'
import { headerOf } from './exchange.ts'
import type { Incoming, Outgoing } from './exchange.ts'
import { forPeople } from './for-people.ts'
import { answered } from './reply.ts'
import type { Reply } from './reply.ts'
import { respond } from './respond.ts'
import type { Writing } from './respond.ts'
import { closeAfterUnread } from './unread-body.ts'

/** A request before anybody looked into it. */
export interface RawRequest {
  readonly request: Incoming
  readonly method: string
  /** Without the query, as sent. */
  readonly path: string
  readonly query: URLSearchParams
  readonly auditId: string
  readonly signal: AbortSignal
  readonly warn: (text: string) => void
  readonly setHeader: (name: string, value: string) => void
  readonly connection?: UpgradeRequest
  readonly trail: AuditTrail
  readonly anotherTrail: () => AuditTrail
  /** The seat that the request has until it is answered; what is streamed has none. */
  readonly seated: (leave: Leave) => void
  /** Told once it is known, for whom work is done. */
  readonly identify: (user: string) => void
  /** Told once it is known, so that requests can be counted by what they were. */
  readonly observe: (labels: RequestLabels) => void
}

export interface RequestLabels {
  readonly verb: string
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly subresource: string
  readonly scope: string
}

export interface EdgeConfig {
  readonly route: (arrival: RawRequest) => Promise<Answer>
  readonly writeForPeople: WriteForPeople
  /** Absent: nothing is told of requests. */
  readonly audit?: Audit
  readonly clock: Clock
  readonly logger: Logger
  /** `seconds` until the answer was written; of a watch, until it was begun. */
  readonly counted: (labels: RequestLabels, code: number, seconds: number) => void
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal
}

const unknownLabels: RequestLabels = { verb: 'other', group: '', version: '', resource: '', subresource: '', scope: '' }

/** `Audit-ID` as a client may choose it, to find its request again. */
const auditIdOf = (request: Incoming): string => {
  const given = headerOf(request, 'audit-id')
  return given && given.length <= 64 && /^[\x21-\x7e]+$/.test(given) ? given : randomUUID()
}

/** RFC 9110 quoted string, within what a header line may hold: the bytes of UTF-8, as Go's clients read them. */
const warningValue = (text: string): string => {
  const quoted = text.replace(/[\x00-\x1f\x7f]/g, ' ').replace(/[\\"]/g, '\\$&')
  return `299 - "${Buffer.from(quoted).toString('latin1')}"`
}

const retryAfterOf = (refusal: Refusal): number | undefined =>
  refusal.tag === 'ServiceUnavailable' || refusal.tag === 'TooManyRequests'
    ? refusal.retryAfterSeconds
    : refusal.tag === 'Timeout'
      ? 1
      : undefined

const splitTarget = (target: string): { path: string; query: URLSearchParams } => {
  const mark = target.indexOf('?')
  return mark < 0
    ? { path: target, query: new URLSearchParams() }
    : { path: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) }
}

/** How many warnings and how much text of them go out at most: as much as Kubernetes sends. */
const warningLimit = 4096

/**
 * The one place where requests come in and answers go out: it gives each an id, turns refusals into `Status`, counts, and
 * catches what nobody should have thrown. Resolves when the exchange is over; never rejects.
 */
export const edge =
  ({ route, writeForPeople, audit, clock, logger, counted, stopping }: EdgeConfig) =>
  async (request: Incoming, response: Outgoing, connection?: UpgradeRequest): Promise<void> => {
    const started = clock.now()
    const { path, query } = splitTarget(request.url ?? '/')
    const method = request.method ?? 'GET'
    const auditId = auditIdOf(request)
    const anotherTrail = (): AuditTrail => audit?.(arrivedAs(request, auditId)) ?? noTrail
    const trail = anotherTrail()
    const departure = abortOnDisconnect(response, stopping)
    const warnings: string[] = []
    let labels = unknownLabels
    let user = ''
    let leave: Leave = () => undefined
    const writing: Writing = {
      encoding: valueEncoding(headerOf(request, 'accept')),
      pretty: wantsPretty(query, headerOf(request, 'user-agent')),
      headersOnly: method === 'HEAD',
    }
    const writeStatus = (status: Status): Promise<void> =>
      respond(response, answered(status.code, status, StatusSchema), writing, departure)
    const setWarnings = (): void => {
      if (warnings.length > 0) response.setHeader('warning', warnings)
    }
    response.setHeader('audit-id', auditId)
    response.setHeader('cache-control', 'no-cache, private')
    try {
      const routed = await route({
        request,
        method,
        path,
        query,
        auditId,
        get signal() {
          return departure.signal
        },
        warn: text => {
          const value = warningValue(text)
          const size = warnings.reduce((sum, one) => sum + one.length, value.length)
          if (!warnings.includes(value) && size <= warningLimit) warnings.push(value)
        },
        setHeader: (name, value) => void response.setHeader(name, value),
        ...{ trail, anotherTrail },
        ...(connection ? { connection } : {}),
        identify: name => (user = name),
        seated: seat => (leave = seat),
        observe: known => (labels = known),
      })
      const answer = await forPeople(routed, writing, (form, json) => writeForPeople(user, form, json))
      if (E.isRight(answer) && answer.right === undefined) {
        trail.begun(101)
        if (connection) whenClosed(connection, () => trail.ended(101))
        return counted(labels, 101, seconds(clock, started))
      }
      setWarnings()
      if (E.isLeft(answer)) {
        const status = statusOf(answer.left)
        const retryAfter = retryAfterOf(answer.left)
        if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter))
        closeAfterUnread(request, response, clock)
        await writeStatus(status)
        trail.ended(status.code, status)
        return counted(labels, status.code, seconds(clock, started))
      }
      const reply = answer.right
      if (!reply) return
      if (goesOn(reply)) trail.begun(codeOf(reply))
      if (reply.tag === 'Stream') {
        leave()
        counted(labels, 200, seconds(clock, started))
      }
      await respond(response, reply, writing, departure)
      trail.ended(codeOf(reply), statusIn(reply))
      if (reply.tag !== 'Stream') counted(labels, codeOf(reply), seconds(clock, started))
    } catch (error) {
      logger.error('a request failed', {
        auditId,
        method,
        path,
        error: thrownText(error),
        at: thrownAt(error),
      })
      trail.broke(thrownText(error))
      if (response.headersSent) response.destroy()
      // It was upgraded: nobody else would end it, and its client would wait.
      else if (connection && !response.socket) connection.socket.destroy()
      else await writeStatus(internalError(thrownText(error))).catch(() => undefined)
      counted(labels, 500, seconds(clock, started))
    } finally {
      leave()
      departure.forget()
    }
  }

const codeOf = (reply: Reply): number => (reply.tag === 'Pieces' || reply.tag === 'Stream' ? 200 : reply.code)

/** What another server, or the cut, says for as long as somebody listens. */
const goesOn = ({ tag }: Reply): boolean => tag === 'Stream' || tag === 'Relayed'

const statusIn = (reply: Reply): Status | undefined =>
  reply.tag === 'Value' && reply.schema === StatusSchema ? (reply.value as Status) : undefined

const whenClosed = ({ socket }: UpgradeRequest, then: () => void): void =>
  void (socket.destroyed ? then() : socket.once('close', then))

const seconds = (clock: Clock, started: number): number => (clock.now() - started) / 1000

/** Who asks by hand gets what people can read, as from Kubernetes; `?pretty=` decides where it is given. */
const byHand = /^(curl|Wget|Mozilla\/5\.0)/

const wantsPretty = (query: URLSearchParams, userAgent = ''): boolean =>
  query.get('pretty') ? booleanParameter(query, 'pretty') : byHand.test(userAgent)
