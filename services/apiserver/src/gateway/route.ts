import { E, inSteps, sharedTurn } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { badRequest, unknownResource } from '@periplus/api'
import type { KindRegistry, Refusal } from '@periplus/api'
import { nowDoing } from '@periplus/service'
import { attemptedBy } from '../audit/arrived.ts'
import { allowedBecause, forbidden } from '../audit/annotations.ts'
import type { Answer, Call, ResourceInfo } from '../http/call.ts'
import { groupPath } from '../group/write-group.ts'
import { parseHistory } from '../history/history-path.ts'
import type { HistoryPath } from '../history/history-path.ts'
import type { HistoryCall } from '../history/deps.ts'
import type { RawRequest, RequestLabels } from '../http/edge.ts'
import { asksMine } from '../mine/may-read.ts'
import { impersonate } from '../http/impersonation.ts'
import { readBody } from '../http/read-body.ts'
import { refusalOfMoment } from '@periplus/replay'
import type { CutAt, Past } from '@periplus/replay'
import type { Authority, Security, User } from '../ports.ts'
import type { PastReads } from '../read/past-reads.ts'
import type { Admit } from '../fairness/levels.ts'
import { attributesOf } from '../request/attributes.ts'
import { isWellFormed, resolveRequestInfo } from '../request/request-info.ts'
import type { RequestInfo } from '../request/request-info.ts'
import type { ReadYaml } from '../request/body-threads.ts'
import { parsePast } from './past.ts'
import { labelsOf } from './request-labels.ts'

export interface RouteConfig {
  /** What is served at present. */
  readonly kinds: () => KindRegistry
  readonly security: Pick<Security, 'authenticate' | 'deciding' | 'asksOutside'>
  /** Absent: this server can't look back, and says so. */
  readonly cutAt: CutAt | undefined
  readonly pastReads: Pick<PastReads, 'at'>
  readonly readYaml: ReadYaml
  readonly admit: Admit
  readonly history: (call: HistoryCall) => Promise<Answer>
  readonly resource: (call: Call, info: ResourceInfo) => Promise<Answer>
  /** Several writes as one; each of them is authorized there. */
  readonly group: (call: Call) => Promise<Answer>
  readonly nonResource: (call: Call) => Promise<Answer>
}

/** Discovery and OpenAPI say which kinds there are. */
const isAboutKinds = (path: string): boolean => /^\/(api|apis|openapi)(\/|$)/.test(path)

const readMethods = new Set(['GET', 'HEAD'])

const notReadable = ({ group, resource }: RequestLabels, method: string, below: string): Answer =>
  E.left({
    tag: 'MethodNotAllowed',
    target: { group, resource: resource || 'past', name: '' },
    action: `${method} below ${below}`,
  })

const objectPathOf = (asked: HistoryPath | undefined): string | undefined =>
  asked && 'path' in asked ? asked.path : undefined

/** What is about no one object asks for itself, event by event or write by write. */
const mayAsk = (
  { authorize }: Authority,
  user: User,
  info: RequestInfo,
  /** Of several objects, each with rights of its own. */
  isOfMany: boolean,
): Either<Refusal, string> =>
  isOfMany && user.groups.includes('system:authenticated') ? E.right('') : authorize(user, attributesOf(info))

/** Who asks about many objects would be told of each by the rules of the cluster alone. */
const notOfMany: Answer = E.left({
  tag: 'NotBuilt',
  message: 'what is told by the rights to each object cannot be asked for where servers outside judge who may do what',
})

/** The order in which every request is looked at: what it asks, who asks, whether they may, and then whoever answers. */
export const routeWith =
  ({ kinds, security, cutAt, pastReads, readYaml, admit, history, resource, group, nonResource }: RouteConfig) =>
  async (arrival: RawRequest): Promise<Answer> => {
    if (!isWellFormed(arrival.path)) return E.left(badRequest('malformed request: invalid URL escape in its path'))
    const asked = parseHistory(arrival.path)
    if (asked === 'unknown') return E.left(unknownResource)
    const past = parsePast(arrival.path)
    const path = objectPathOf(asked) ?? past?.path ?? arrival.path
    const info = await inSteps(sharedTurn, resolveRequestInfo(arrival.method, path, arrival.query))
    const isGroup = arrival.path === groupPath
    const labels = labelsOf(kinds(), info)
    const { trail } = arrival
    arrival.observe(labels)

    const authenticated = await security.authenticate(arrival.request)
    if (E.isLeft(authenticated)) {
      trail.unidentified(attributesOf(info), attemptedBy(arrival.request))
      return authenticated
    }
    trail.identified(authenticated.right, attributesOf(info))
    const user = await security.deciding(({ authorize }) =>
      impersonate(arrival.request, authenticated.right, authorize),
    )
    if (E.isLeft(user)) {
      trail.annotate(forbidden)
      return user
    }
    if (user.right !== authenticated.right) trail.impersonated(user.right)
    arrival.identify(user.right.name)
    const isOfObjects = asked ? !('path' in asked) : !past && asksMine(info, arrival.query, user.right)
    if (isOfObjects && security.asksOutside()) return notOfMany
    const allowed = await security.deciding(authority => mayAsk(authority, user.right, info, isGroup || isOfObjects))
    trail.annotate(E.isLeft(allowed) ? forbidden : allowedBecause(allowed.right))
    if (E.isLeft(allowed)) return allowed
    const entered = await admit(user.right, info, (asked ?? past) !== undefined, () => arrival.signal)
    if (E.isLeft(entered)) return entered
    arrival.seated(entered.right)
    nowDoing(`${info.verb} ${arrival.path.slice(0, 300)} for ${user.right.name.slice(0, 100)}`)

    if (asked) {
      if (!readMethods.has(arrival.method)) return notReadable(labels, arrival.method, '/history')
      const { query } = arrival
      return history({ asked, info, user: user.right, query, warn: arrival.warn, signal: () => arrival.signal })
    }
    let then: Past | undefined
    if (past) {
      if (!readMethods.has(arrival.method)) return notReadable(labels, arrival.method, '/at/')
      // Clients look up documents about the API first, and keep the reason to themselves where that is refused: so a moment that
      // never was has those of the present, and is told to whoever asks for an object.
      if (info.tag === 'Resource' && E.isLeft(past.moment)) return past.moment
      if (!cutAt) return E.left({ tag: 'NotBuilt', message: 'this server has no access to the past' })
      if (E.isRight(past.moment) && (info.tag === 'Resource' || isAboutKinds(path))) {
        const found = E.mapLeft(refusalOfMoment)(await cutAt(past.moment.right))
        if (E.isLeft(found) && info.tag === 'Resource') return found
        if (E.isRight(found)) then = found.right
      }
      if (then) {
        const shown = pastReads.at(user.right, attributesOf(info), then.left)
        if (E.isLeft(shown)) return shown
        arrival.setHeader('periplus-cut', String(then.cut.sequence))
      }
    }

    let body: ReturnType<Call['body']> | undefined
    const call: Call = {
      info,
      query: arrival.query,
      request: arrival.request,
      user: user.right,
      auditId: arrival.auditId,
      get signal() {
        return arrival.signal
      },
      body: () => (body ??= readBody(arrival.request)),
      ...{ trail, anotherTrail: arrival.anotherTrail },
      readYaml: bytes => readYaml(user.right.name, bytes),
      warn: arrival.warn,
      setHeader: arrival.setHeader,
      ...(then ? { past: then } : {}),
      ...(arrival.connection ? { connection: arrival.connection } : {}),
    }
    if (isGroup) return group(call)
    return info.tag === 'Resource' ? resource(call, info) : nonResource(call)
  }
