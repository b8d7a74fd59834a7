import { E, messageOf } from '@periplus/prelude'
import type { Secret } from '@periplus/kinds'
import type { NodeAgentConfig } from '@periplus/node-agent'
import { wordsOf } from '../home/kube-api.ts'
import type { KubeApi } from '../home/kube-api.ts'

type ReadSecret = NonNullable<NodeAgentConfig['readSecret']>

/** Secrets by the API, as this node: it gives those that its pods name, and no others. */
export const secretsOver =
  (api: Pick<KubeApi, 'get'>): ReadSecret =>
  async ({ namespace, name }, version) => {
    try {
      const answer = await api.get(
        `/api/v1/namespaces/${namespace}/secrets/${encodeURIComponent(name)}?resourceVersion=${version}`,
      )
      return answer.status === 200 ? E.right(answer.body as Secret) : E.left(wordsOf(answer))
    } catch (error) {
      return E.left(`the API server cannot be reached: ${messageOf(error)}`)
    }
  }
