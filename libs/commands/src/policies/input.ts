import { gvkOf, refOf } from '@periplus/api'
import type { Kind, KubernetesObject } from '@periplus/api'
import type { AccessDecision, AdmissionInput, Authorize } from '@periplus/cel'
import { Namespace } from '@periplus/kinds'
import type { AdmissionContext } from '../admission/plugin.ts'
import type { AdmissionRequest } from '../admission/request.ts'
import type { Requester } from '../requester.ts'

/** Who may do what at a moment; given where a process is composed. */
export type AuthorizeRequester = (requester: Requester) => Authorize

const unknown: AccessDecision = { allowed: false, reason: '', error: 'no authorizer is configured' }
const nobodyKnows: Authorize = () => unknown

const resourceOf = ({ group, version, resource }: Kind) => ({ group, version, resource })

/** A namespace does not see itself. */
const namespaceOf = ({ kind, namespace }: AdmissionRequest, { known }: AdmissionContext): KubernetesObject | null =>
  namespace === '' || (kind.group === '' && kind.resource === 'namespaces')
    ? null
    : (known(refOf(Namespace, '', namespace)).object ?? null)

/** What expressions see of a request that is shown in the form of `request.kind`, and was made in that of `made.kind`. */
export const inputOf = (
  request: AdmissionRequest,
  made: AdmissionRequest,
  context: AdmissionContext,
  authorize: AuthorizeRequester | undefined,
  params: KubernetesObject | undefined,
): AdmissionInput => {
  const { username, uid, groups, extra } = request.requester
  return {
    object: request.object ?? null,
    oldObject: request.oldObject ?? null,
    params: params ?? null,
    namespaceObject: namespaceOf(request, context),
    authorize: authorize?.(request.requester) ?? nobodyKnows,
    request: {
      kind: request.objectKind,
      resource: resourceOf(request.kind),
      subResource: request.subresource,
      requestKind: made.objectKind ?? gvkOf(made.kind),
      requestResource: resourceOf(made.kind),
      requestSubResource: made.subresource,
      name: request.name,
      namespace: request.namespace,
      operation: request.operation,
      userInfo: { username, uid, groups, extra },
      dryRun: request.dryRun,
      ...(request.options ? { options: request.options } : {}),
    },
  }
}
