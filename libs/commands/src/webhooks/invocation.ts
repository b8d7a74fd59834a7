import type { Either } from '@periplus/prelude'
import type { Kind, KindRegistry, Refusal } from '@periplus/api'
import { matchedKind } from '../admission/criteria.ts'
import type { AdmissionContext } from '../admission/plugin.ts'
import type { AdmissionRequest } from '../admission/request.ts'
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
  const { rules = [], matchPolicy } = hook.webhook
  return matchedKind(
    { rules, matchPolicy, namespaces: hook.namespaces, objects: hook.objects },
    request,
    context,
    kinds,
  )
}
