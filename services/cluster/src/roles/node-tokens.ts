import { E, messageOf } from '@periplus/prelude'
import type { NodeAgentConfig } from '@periplus/node-agent'
import { wordsOf } from '../home/kube-api.ts'
import type { KubeApi } from '../home/kube-api.ts'

type RequestToken = NonNullable<NodeAgentConfig['requestToken']>

interface TokenResponse {
  readonly status?: { readonly token: string; readonly expirationTimestamp: string }
}

/** Tokens of pods' service accounts by the API's TokenRequest: the node holds no signing key. */
export const tokensOver =
  (api: KubeApi): RequestToken =>
  async ({ namespace, serviceAccount, audience, expirationSeconds, pod }) => {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`
    const spec = {
      audiences: audience === '' ? [] : [audience],
      expirationSeconds,
      boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: pod.name, uid: pod.uid },
    }
    try {
      const answer = await api.post(path, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec,
      })
      const { status: issued } = answer.body as TokenResponse
      if (answer.status >= 300 || !issued) return E.left(wordsOf(answer))
      return E.right({ token: issued.token, expiresAt: Date.parse(issued.expirationTimestamp) })
    } catch (error) {
      return E.left(`the API server cannot be reached: ${messageOf(error)}`)
    }
  }
