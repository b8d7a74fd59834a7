import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { badRequest, objectNotFound, unknownResource } from '@periplus/api'
import type { Kind, ObjectRef, Refusal } from '@periplus/api'
import { horizonOf, kindName } from '@periplus/log'
import type { Bounds, EventBatch, RecordedEvent, Sequence } from '@periplus/log'
import { eventText, historyOf, livingAt, parseMoment, placeOf, refusalOfMoment, why } from '@periplus/replay'
import type { DecisionSource, ExplainedEvent, HistoryLimits } from '@periplus/replay'
import type { Answer, ResourceInfo } from '../http/call.ts'
import { ok } from '../http/reply.ts'
import type { Attributes, User } from '../ports.ts'
import { noState } from '../read/state-at.ts'
import type { RequestInfo } from '../request/request-info.ts'
import { targetOf } from '../resources/target.ts'
import { listEvents } from './list-events.ts'
import type { HistoryCall, HistoryDeps } from './deps.ts'
import { lines, linesReply, textReply } from './texts.ts'

/** Of one object's events: what a person reads, and what one process may hold. */
const longest: HistoryLimits = { events: 5_000, bytes: 32 * 1024 * 1024 }

/** Answers what is asked below `/history`; that the user may get the object now has been asked. Everything is read, nothing kept. */
export const readHistory =
  (deps: HistoryDeps) =>
  async (call: HistoryCall): Promise<Answer> => {
    const { asked, info, user } = call
    switch (asked.tag) {
      case 'Events':
        return listEvents(deps, call)
      case 'Decisions':
        return listDecisions(deps, call)
      case 'Bounds':
        return E.map(ok)(unavailable(await deps.log.bounds()))
      case 'State':
        return listState(deps, call, asked.sequence)
      case 'Moment':
        return momentOf(deps, asked.moment)
      case 'Object':
      case 'Why': {
        const target = objectOf(deps, info)
        if (E.isLeft(target)) return target
        const { kind, ref } = target.right
        return asked.tag === 'Object' ? ofObject(deps, call, kind, ref) : whyObject(deps, call, user, kind, ref)
      }
    }
  }

const objectOf = (
  { kinds }: HistoryDeps,
  info: RequestInfo,
): Either<Refusal, { readonly kind: Kind; readonly ref: ObjectRef }> => {
  if (info.tag === 'NonResource') return E.left(unknownResource)
  if (!isOneObject(info)) return E.left(badRequest('/history/ is followed by the path of one object'))
  const kind = kinds().byResource(info.group, info.version, info.resource)
  if (!kind?.stored) return E.left(unknownResource)
  return E.map((ref: ObjectRef) => ({ kind, ref }))(targetOf(kind, info))
}

const isOneObject = ({ verb, named, subresource }: ResourceInfo): boolean =>
  verb === 'get' && named && subresource === ''

const unavailable = E.mapLeft(refusalOfMoment)

const ofObject = async (deps: HistoryDeps, call: HistoryCall, kind: Kind, ref: ObjectRef): Promise<Answer> => {
  const history = unavailable(await historyOf(deps.log, ref, longest))
  if (E.isLeft(history)) return history
  const from = await toldFrom(deps, ref)
  if (E.isLeft(from)) return from
  if (history.right.length === 0) return E.left(nothingOf(kind, ref, from.right))
  const shown = await deps.pastReads.shown(call.user, history.right, call.signal())
  const about = { withheld: history.right.length - shown.length, from: from.right }
  return E.right(textReply(about, 'events', shown.map(eventText)))
}

/** From where on the past of an object's kind is kept, where it is not kept as long as the log. */
const toldFrom = async ({ log }: HistoryDeps, ref: ObjectRef): Promise<Either<Refusal, Sequence | undefined>> =>
  E.map(({ horizons = {} }: Bounds) => horizonOf(horizons, ref) || undefined)(unavailable(await log.bounds()))

/** An object that is not there, and was not as far back as is known. */
const nothingOf = (kind: Kind, ref: ObjectRef, from: Sequence | undefined): Refusal =>
  from === undefined
    ? objectNotFound(kind, ref.name)
    : {
        tag: 'Expired',
        message: `there is no ${kindName(ref)} ${JSON.stringify(ref.name)}, nor was there at ${from} or since; what was before is not kept of ${kindName(ref)}`,
      }

const whyObject = async (
  deps: HistoryDeps,
  call: HistoryCall,
  user: User,
  kind: Kind,
  ref: ObjectRef,
): Promise<Answer> => {
  const { log, decisions = noDecisions } = deps
  const explained = unavailable(await why(log, decisions, ref, longest))
  if (E.isLeft(explained)) return explained
  const from = await toldFrom(deps, ref)
  if (E.isLeft(from)) return from
  if (explained.right.length === 0) return E.left(nothingOf(kind, ref, from.right))
  const known = new Map<number, RecordedEvent>()
  for (const { event, previous } of explained.right)
    for (const one of [event, previous]) if (one) known.set(one.sequence, one)
  const seesAll = E.isRight(deps.security.authorize(user, everything))
  const shown = new Set(await deps.pastReads.shown(user, [...known.values()], call.signal()))
  const told = explained.right.filter(({ event }) => shown.has(known.get(event.sequence) ?? event))
  const texts = told.map(({ event, previous, decision, own }) => {
    const before = previous && shown.has(known.get(previous.sequence) ?? previous) ? eventText(previous) : 'null'
    const reason = decision && (seesAll || mayBeTold(decision, event)) ? JSON.stringify({ why: decision.why }) : 'null'
    return `{"own":${String(own)},"event":${eventText(event)},"previous":${before},"decision":${reason}}`
  })
  return E.right(
    textReply(
      {
        withheld: explained.right.length - told.length,
        from: from.right,
        endpoints: endpointsOf(deps, user, ref),
      },
      'events',
      texts,
    ),
  )
}

/** A decision about what is in another namespace, such as a pod that others make room for, names what is there. */
const mayBeTold = ({ key }: NonNullable<ExplainedEvent['decision']>, { ref }: RecordedEvent): boolean =>
  key.namespace === '' || key.namespace === ref.namespace

const noDecisions: DecisionSource = { byId: async () => undefined }

/** They name the pods of the service's namespace. */
const endpointsOf = (
  { cut, security, endpointReasons }: HistoryDeps,
  user: User,
  ref: ObjectRef,
): readonly unknown[] | undefined =>
  E.isRight(security.authorize(user, toListPods(ref.namespace))) ? endpointReasons?.(cut, ref) : undefined

const toListPods = (namespace: string): Attributes => ({
  tag: 'Resource',
  ...{ verb: 'list', group: '', version: 'v1', resource: 'pods', subresource: '', namespace, name: '' },
})

const momentOf = async ({ log }: HistoryDeps, text: string): Promise<Answer> => {
  const moment = parseMoment(text)
  if (!moment) return E.left(badRequest(`'${text}' is neither a sequence nor an RFC 3339 time`))
  const place = unavailable(await placeOf(log, moment))
  return E.isLeft(place) ? place : E.right(ok(place.right))
}

/** Decisions name all that there is, and how it came: for those whom no rule has to allow. */
const listDecisions = async ({ security, decisions }: HistoryDeps, { user, signal }: HistoryCall): Promise<Answer> => {
  const allowed = security.authorizeAt(noState)(user, everything)
  if (E.isLeft(allowed)) return allowed
  if (!decisions) return E.left({ tag: 'NotBuilt', message: 'this server knows of no decisions' })
  return E.right(linesReply(decisions.all(signal())))
}

/** The newest event of each object that lived then, as one may begin to fold with; for the same. */
const listState = async (
  { security, log }: HistoryDeps,
  { user, signal }: HistoryCall,
  sequence: Sequence,
): Promise<Answer> => {
  const allowed = security.authorizeAt(noState)(user, everything)
  if (E.isLeft(allowed)) return allowed
  const place = unavailable(await placeOf(log, { tag: 'Sequence', sequence }))
  if (E.isLeft(place)) return place
  return E.right({ tag: 'Pieces', contentType: lines, pieces: eventLines(livingAt(log, sequence, signal())) })
}

async function* eventLines(batches: AsyncIterable<EventBatch>): AsyncGenerator<Uint8Array> {
  for await (const events of batches) yield Buffer.from(events.map(event => `${eventText(event)}\n`).join(''))
}

const everything: Attributes = {
  tag: 'Resource',
  ...{ verb: 'read-past', group: '*', version: '*', resource: '*', subresource: '', namespace: '', name: '' },
}
