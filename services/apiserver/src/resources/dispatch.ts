import { E, own } from '@periplus/prelude'
import { travelsAsProtobuf, unknownResource } from '@periplus/api'
import type { Kind, KindRegistry, Verb } from '@periplus/api'
import { refusalOfForgotten } from '@periplus/replay'
import type { Answer, Call, ResourceInfo } from '../http/call.ts'
import { headerOf } from '../http/exchange.ts'
import { negotiate } from '../request/accept.ts'
import type { ResourceCall, ResourceHandler } from './resource-call.ts'
import { targetOf } from './target.ts'
import { warningFor } from './warnings.ts'

/** Who answers what. A subresource is found by its name first, then by kind and name where only one kind has it. */
export interface Handlers {
  readonly verbs: Readonly<Record<string, ResourceHandler>>
  /** `status`, or `pods/log`; by RBAC verb. */
  readonly subresources: Readonly<Record<string, Readonly<Record<string, ResourceHandler>>>>
  /** Virtual resources, whose creation is a question: `authorization.k8s.io/selfsubjectaccessreviews`. */
  readonly reviews: Readonly<Record<string, ResourceHandler>>
}

const reads = new Set(['get', 'list', 'watch'])
const readMethods = new Set(['GET', 'HEAD'])

/** Verbs on one object, which the path of a collection does not offer. */
const ofOne = new Set(['update', 'patch'])

const notAllowed = (kind: Kind, info: ResourceInfo): Answer =>
  E.left({
    tag: 'MethodNotAllowed',
    target: { group: kind.group, resource: kind.resource, name: '' },
    action: info.verb === '' ? 'the method' : info.verb,
  })

/** Subresources that are the object itself, or a Scale of it: they can be shown as a Table, too. */
const shown = new Set(['approval', 'ephemeralcontainers', 'resize', 'scale', 'status'])

/** What can be shown as a Table or as metadata: objects, and not the answer to a question. */
const isShown = (handlers: Handlers, kind: Kind, { subresource }: ResourceInfo): boolean =>
  subresource === '' ? !own(handlers.reviews, `${kind.group}/${kind.resource}`) : shown.has(subresource)

/** Finds the kind that a request names and hands it to whoever answers its verb or subresource. */
export const dispatchTo =
  (kindsOf: (call: Call) => KindRegistry, handlers: Handlers) =>
  async (call: Call, info: ResourceInfo): Promise<Answer> => {
    const kind = kindsOf(call).byResource(info.group, info.version, info.resource)
    if (!kind) return E.left(unknownResource)
    const ref = targetOf(kind, info)
    if (E.isLeft(ref)) return ref
    if (call.past && !reads.has(info.verb)) return notAllowed(kind, info)
    const handler =
      info.verbInPath && !readMethods.has(call.request.method ?? '') ? 'not-allowed' : handlerOf(handlers, kind, info)
    if (handler === 'unknown') return E.left(unknownResource)
    if (handler === 'not-allowed') return notAllowed(kind, info)
    if (handler === 'not-built')
      return E.left({ tag: 'NotBuilt', message: `${kind.resource}/${info.subresource} is not built yet` })
    // What a proxied server answers with is between it and the client.
    const wanted = info.subresource === 'proxy' ? undefined : headerOf(call.request, 'accept')
    const accepted = negotiate(wanted, {
      transformable: isShown(handlers, kind, info),
      protobuf: travelsAsProtobuf(kind.schema),
    })
    if (E.isLeft(accepted)) return accepted
    const forgotten = call.past?.forgotten(ref.right)
    if (forgotten) return E.left(refusalOfForgotten(forgotten))
    const asked: ResourceCall = { call, info, kind, ref: ref.right, accepted: accepted.right }
    const warning = warningFor(kind)
    if (warning !== undefined) call.warn(warning)
    return handler(asked)
  }

const handlerOf = (
  handlers: Handlers,
  kind: Kind,
  info: ResourceInfo,
): ResourceHandler | 'unknown' | 'not-allowed' | 'not-built' => {
  if (info.subresource !== '') {
    const named = own(handlers.subresources, `${kind.resource}/${info.subresource}`)
    const general = offers(kind, info.subresource) ? own(handlers.subresources, info.subresource) : undefined
    const verbs = named ?? general
    if (verbs) return own(verbs, info.verb) ?? 'not-allowed'
    return offers(kind, info.subresource) ? 'not-built' : 'unknown'
  }
  const needsNamespace =
    kind.namespaced && !info.withinNamespace && (info.verb === 'create' || info.verb === 'deletecollection')
  if (needsNamespace || (info.verb === 'create' && info.named)) return 'not-allowed'
  const review = own(handlers.reviews, `${kind.group}/${kind.resource}`)
  if (review) return info.verb === 'create' ? review : 'not-allowed'
  if (!kind.verbs.includes(info.verb as Verb)) return 'not-allowed'
  if (ofOne.has(info.verb) && !info.named) return 'not-allowed'
  return own(handlers.verbs, info.verb) ?? 'not-allowed'
}

const offers = (kind: Kind, subresource: string): boolean => {
  if (subresource === 'status') return kind.hasStatus
  if (subresource === 'scale') return kind.scale !== undefined
  return kind.subresources.some(({ name }) => name === subresource)
}
