import type { CSIDriverSpec, Pod, Secret } from '@periplus/kinds'
import type { Texts } from '@periplus/csi'
import { formatTime } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { TokenSource } from '../volumes/token-source.ts'
import type { SecretPlace } from '../volumes/secret-source.ts'

/** What a secret says, for a driver. Refused in the kubelet's words. */
export const secretsAt = (
  place: SecretPlace | undefined,
  secret: (place: SecretPlace) => Secret | undefined,
): Either<string, Texts> => {
  if (!place) return E.right({})
  const found = secret(place)
  const { namespace, name } = place
  if (!found) return E.left(`failed to get secret ${namespace}/${name}: secrets ${JSON.stringify(name)} not found`)
  return E.right(
    Object.fromEntries(
      Object.entries(found.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    ),
  )
}

const tokensKey = 'csi.storage.k8s.io/serviceAccount.tokens'

/** Tokens of the pod's service account for the audiences that a driver asks for, in the form that drivers know. */
export const tokenTexts = async (
  pod: Pod,
  wanted: NonNullable<CSIDriverSpec['tokenRequests']>,
  tokens: TokenSource,
): Promise<Either<string, Texts>> => {
  if (wanted.length === 0) return E.right({})
  const { name = '', namespace = '', uid = '' } = pod.metadata ?? {}
  const given: Record<string, { readonly token: string; readonly expirationTimestamp: string }> = {}
  for (const { audience, expirationSeconds = 3600 } of wanted) {
    const answer = await tokens.token({
      namespace,
      serviceAccount: pod.spec?.serviceAccountName ?? 'default',
      audience,
      expirationSeconds: Number(expirationSeconds),
      pod: { name, uid },
    })
    if (E.isLeft(answer)) return E.left(`failed to get service account tokens: ${answer.left}`)
    given[audience] = { token: answer.right.token, expirationTimestamp: formatTime(answer.right.expiresAt) }
  }
  return E.right({ [tokensKey]: JSON.stringify(given) })
}
