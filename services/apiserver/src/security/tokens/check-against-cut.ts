import type { KubernetesObject, ObjectRef, Stored } from '@periplus/api'
import type { Secret } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { BoundClaims, NameAndUid, TokenClaims } from './claims.ts'

/** A pod that should be gone keeps its token for so long: its last words may need it. */
const afterDeletion = 60_000

const find = (cut: Cut, resource: string, namespace: string, name: string): Stored<KubernetesObject> | undefined =>
  cut.entry({ group: '', resource, namespace, name } satisfies ObjectRef)?.object()

/**
 * Why the token stands for nobody any more, although its signature is good; `undefined` when it still does. The text is for the
 * caller's own answer, without anything secret.
 */
export const staleBecause = (cut: Cut, claims: TokenClaims, token: string, now: number): string | undefined => {
  const { namespace, serviceaccount } = claims.bound
  const account = find(cut, 'serviceaccounts', namespace, serviceaccount.name)
  if (account?.metadata.uid !== serviceaccount.uid || isGone(account, now)) return 'service account has been deleted'
  if (claims.legacySecret !== undefined) return staleSecret(cut, claims, token)
  return staleBinding(cut, claims.bound, now)
}

const staleBinding = (cut: Cut, { namespace, pod, secret, node }: BoundClaims, now: number): string | undefined => {
  const bindings: readonly (readonly [string, string, NameAndUid | undefined])[] = [
    ['pods', namespace, pod],
    ['secrets', namespace, secret],
    // A pod's token names the pod's node for information; only a token bound to the node alone dies with it.
    ['nodes', '', pod ? undefined : node],
  ]
  for (const [resource, where, wanted] of bindings) {
    if (!wanted) continue
    const found = find(cut, resource, where, wanted.name)
    if (found?.metadata.uid !== wanted.uid || isGone(found, now)) return `${resource.slice(0, -1)} has been deleted`
  }
  return undefined
}

const staleSecret = (cut: Cut, { bound, legacySecret = '' }: TokenClaims, token: string): string | undefined => {
  const secret = find(cut, 'secrets', bound.namespace, legacySecret) as Stored<Secret> | undefined
  if (!secret || secret.metadata.deletionTimestamp) return 'token has been invalidated'
  const kept = Buffer.from(secret.data?.['token'] ?? '', 'base64').toString()
  return kept === token ? undefined : "token doesn't match server's copy"
}

const isGone = ({ metadata }: Stored<KubernetesObject>, now: number): boolean =>
  metadata.deletionTimestamp !== undefined && Date.parse(metadata.deletionTimestamp) + afterDeletion < now
