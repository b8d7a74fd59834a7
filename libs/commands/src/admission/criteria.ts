import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { objectNotFound, refOf } from '@periplus/api'
import type { Kind, KindRegistry, KubernetesObject, Refusal, Selector } from '@periplus/api'
import { Namespace } from '@periplus/kinds'
import { isNamespaceKind } from '../candidate/is-namespace.ts'
import type { AdmissionContext } from './plugin.ts'
import type { AdmissionRequest } from './request.ts'
import { ruleMatches } from './rules.ts'
import type { AdmissionRule } from './rules.ts'

/** Which requests a webhook or a policy asks for. */
export interface Criteria {
  readonly rules: readonly CriteriaRule[]
  /** No rules: every request. Otherwise none of them is none. */
  readonly isForAll?: boolean
  readonly excluded?: readonly CriteriaRule[]
  /** `Exact`: not in other versions of its resource. */
  readonly matchPolicy: string | undefined
  /** Left: one that was stored before it could be read so. */
  readonly namespaces: Either<Refusal, Selector>
  readonly objects: Either<Refusal, Selector>
}

export type CriteriaRule = AdmissionRule & { readonly resourceNames?: readonly string[] }

const labelsOf = (object: KubernetesObject | undefined) => object?.metadata?.labels

/** The labels of the namespace that a request is in; of one that is being written, as it will be. */
const namespaceLabels = (request: AdmissionRequest, context: AdmissionContext) => {
  const { operation, subresource, object, namespace } = request
  if (isNamespaceKind(request.kind) && subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'))
    return E.right(labelsOf(object))
  const found = context.known(refOf(Namespace, '', namespace)).object
  return found ? E.right(found.metadata.labels) : E.left(objectNotFound(Namespace, namespace))
}

const isEverything = ({ requirements }: Selector): boolean => requirements?.length === 0

const byNamespace = (
  { namespaces }: Criteria,
  request: AdmissionRequest,
  context: AdmissionContext,
): Either<Refusal, boolean> => {
  if (request.namespace === '' && !isNamespaceKind(request.kind)) return E.right(true)
  if (E.isLeft(namespaces)) return namespaces
  if (isEverything(namespaces.right)) return E.right(true)
  const labels = namespaceLabels(request, context)
  return E.isLeft(labels) ? labels : E.right(namespaces.right.matches(labels.right))
}

const byObject = ({ objects }: Criteria, { object, oldObject }: AdmissionRequest): Either<Refusal, boolean> => {
  if (E.isLeft(objects)) return objects
  const selector = objects.right
  const selects = (one: KubernetesObject | undefined): boolean => one !== undefined && selector.matches(labelsOf(one))
  return E.right(isEverything(selector) || selects(object) || selects(oldObject))
}

/** The same resource in its other versions and groups. */
const equivalents = (kind: Kind, kinds: KindRegistry): readonly Kind[] => {
  const home = refOf(kind, '', '')
  return kinds.kinds.filter(other => {
    const { group, resource } = refOf(other, '', '')
    return other !== kind && group === home.group && resource === home.resource
  })
}

const matches = (rule: CriteriaRule, { group, version, resource }: Kind, request: AdmissionRequest): boolean => {
  const { operation, subresource, namespace, name } = request
  const { resourceNames = [] } = rule
  return (
    ruleMatches(rule, { group, version, resource, operation, subresource, namespace }) &&
    (resourceNames.length === 0 || resourceNames.includes(name))
  )
}

/** The version in which rules ask for a request; `undefined`: they do not. */
const wanted = (
  rules: readonly CriteriaRule[],
  matchPolicy: string | undefined,
  request: AdmissionRequest,
  kinds: KindRegistry,
): Kind | undefined => {
  const { kind } = request
  if (rules.some(rule => matches(rule, kind, request))) return kind
  if (matchPolicy === 'Exact') return undefined
  const others = equivalents(kind, kinds)
  if (others.length === 0) return undefined
  for (const rule of rules) {
    const match = others.find(other => matches(rule, other, request))
    if (match) return match
  }
  return undefined
}

/** The version of the request's resource that is asked for; `undefined`: it is not asked for. Left: that cannot be said. */
export const matchedKind = (
  criteria: Criteria,
  request: AdmissionRequest,
  context: AdmissionContext,
  kinds: KindRegistry,
): Either<Refusal, Kind | undefined> => {
  const { rules, excluded = [], matchPolicy, isForAll } = criteria
  const kind = isForAll && rules.length === 0 ? request.kind : wanted(rules, matchPolicy, request, kinds)
  if (!kind || wanted(excluded, matchPolicy, request, kinds)) return E.right(undefined)
  const inNamespace = byNamespace(criteria, request, context)
  if (E.isLeft(inNamespace) || !inNamespace.right) return E.isLeft(inNamespace) ? inNamespace : E.right(undefined)
  const ofObject = byObject(criteria, request)
  if (E.isLeft(ofObject) || !ofObject.right) return E.isLeft(ofObject) ? ofObject : E.right(undefined)
  return E.right(kind)
}
