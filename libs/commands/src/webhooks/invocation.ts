import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { objectNotFound, refOf } from '@periplus/api'
import type { Kind, KindRegistry, KubernetesObject, Refusal, Selector } from '@periplus/api'
import { Namespace } from '@periplus/kinds'
import type { AdmissionContext } from '../admission/plugin.ts'
import type { AdmissionRequest } from '../admission/request.ts'
import { ruleMatches } from '../admission/rules.ts'
import type { Hook } from './hooks.ts'

/** What nobody may keep others from changing, or nothing could be mended again. */
const exempt: ReadonlySet<string> = new Set([
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
])

const writes: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete'])

/** Whether webhooks may be asked at all: not about their own configurations, nor about what no client writes. */
export const isForWebhooks = (kind: Kind, kinds: KindRegistry): boolean => {
  if (kind.group === 'admissionregistration.k8s.io' && exempt.has(kind.kind)) return false
  const served = kinds.byResource(kind.group, kind.version, kind.resource)
  return served !== undefined && served.verbs.some(verb => writes.has(verb))
}

const labelsOf = (object: KubernetesObject | undefined) => object?.metadata?.labels

const isNamespace = ({ kind }: AdmissionRequest): boolean => kind.group === '' && kind.resource === 'namespaces'

/** The labels of the namespace that a request is in; of one that is being written, as it will be. */
const namespaceLabels = (request: AdmissionRequest, context: AdmissionContext) => {
  const { operation, subresource, object, namespace } = request
  if (isNamespace(request) && subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'))
    return E.right(labelsOf(object))
  const found = context.known(refOf(Namespace, '', namespace)).object
  return found ? E.right(found.metadata.labels) : E.left(objectNotFound(Namespace, namespace))
}

const isEverything = ({ requirements }: Selector): boolean => requirements?.length === 0

const byNamespace = (hook: Hook, request: AdmissionRequest, context: AdmissionContext): Either<Refusal, boolean> => {
  if (request.namespace === '' && !isNamespace(request)) return E.right(true)
  if (E.isLeft(hook.namespaces)) return hook.namespaces
  if (isEverything(hook.namespaces.right)) return E.right(true)
  const labels = namespaceLabels(request, context)
  return E.isLeft(labels) ? labels : E.right(hook.namespaces.right.matches(labels.right))
}

const byObject = ({ objects }: Hook, { object, oldObject }: AdmissionRequest): Either<Refusal, boolean> => {
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

const subjectOf = ({ group, version, resource }: Kind, { operation, subresource, namespace }: AdmissionRequest) => ({
  ...{ group, version, resource },
  ...{ operation, subresource, namespace },
})

/** The version that a webhook wants to be asked in, by its rules; `undefined`: it does not ask for the request. */
const wanted = ({ webhook }: Hook, request: AdmissionRequest, kinds: KindRegistry): Kind | undefined => {
  const rules = webhook.rules ?? []
  const { kind } = request
  if (rules.some(rule => ruleMatches(rule, subjectOf(kind, request)))) return kind
  if (webhook.matchPolicy === 'Exact') return undefined
  const others = equivalents(kind, kinds)
  if (others.length === 0) return undefined
  for (const rule of rules) {
    const match = others.find(other => ruleMatches(rule, subjectOf(other, request)))
    if (match) return match
  }
  return undefined
}

/**
 * The version of the request's resource in which a webhook is to be asked about it; `undefined` where it is not to be asked. Left:
 * that cannot be said.
 */
export const invocationOf = (
  hook: Hook,
  request: AdmissionRequest,
  context: AdmissionContext,
  kinds: KindRegistry,
): Either<Refusal, Kind | undefined> => {
  const kind = wanted(hook, request, kinds)
  if (!kind) return E.right(undefined)
  const inNamespace = byNamespace(hook, request, context)
  if (E.isLeft(inNamespace) || !inNamespace.right) return E.isLeft(inNamespace) ? inNamespace : E.right(undefined)
  const ofObject = byObject(hook, request)
  if (E.isLeft(ofObject) || !ofObject.right) return E.isLeft(ofObject) ? ofObject : E.right(undefined)
  return E.right(kind)
}
