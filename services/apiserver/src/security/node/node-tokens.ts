import { E } from '@periplus/prelude'
import { refOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { Pod } from '@periplus/kinds'
import type { Authorize, PolicyState, TokenQuestion, User } from '../../ports.ts'
import { nodeNameOf } from './node-name.ts'

/** Why a node may not have the token that it asks for: only one that is bound to a pod of its own, for an audience that the pod names. */
export const nodeTokenFault =
  (state: Pick<PolicyState, 'entry'>, authorize: Authorize) =>
  (user: User, { namespace, serviceAccount, audiences, boundObject }: TokenQuestion): string | undefined => {
    const node = nodeNameOf(user)
    if (node === undefined) return undefined
    const { apiVersion, kind, name, uid } = boundObject ?? {}
    if (apiVersion !== 'v1' || kind !== 'Pod' || !name) return 'node requested token not bound to a pod'
    if (!uid) return 'node requested token with a pod binding without a uid'
    const pod = state.entry(refOf(Pod, namespace, name))?.object() as Stored<Pod> | undefined
    if (pod?.metadata.uid !== uid)
      return `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`
    if (pod.spec?.nodeName !== node) return 'node requested token bound to a pod scheduled on a different node'
    const [audience = '', ...more] = audiences
    if (more.length > 0) return 'node may only request 0 or 1 audiences'
    if (audiencesOf(pod).includes(audience)) return undefined
    const allowed = authorize(user, {
      tag: 'Resource',
      verb: 'request-serviceaccounts-token-audience',
      group: '',
      version: 'v1',
      resource: audience,
      subresource: '',
      namespace,
      name: serviceAccount,
    })
    return E.isRight(allowed)
      ? undefined
      : `audience ${JSON.stringify(audience)} not found in pod spec volume, ${user.name} is not authorized to request tokens for this audience`
  }

const audiencesOf = ({ spec }: Stored<Pod>): readonly string[] =>
  (spec?.volumes ?? [])
    .flatMap(({ projected }) => projected?.sources ?? [])
    .flatMap(({ serviceAccountToken }) => (serviceAccountToken ? [serviceAccountToken.audience ?? ''] : []))
