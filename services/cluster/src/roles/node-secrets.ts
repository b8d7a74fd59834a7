import { E, messageOf } from '@periplus/prelude'
import type { Secret } from '@periplus/kinds'
import type { NodeAgentConfig } from '@periplus/node-agent'
import type { KubeApi } from '../home/kube-api.ts'

type ReadSecret = NonNullable<NodeAgentConfig['readSecret']>

/** Secrets by the API, as this node: it gives those that its pods name, and no others. */
export const secretsOver =
  (api: Pick<KubeApi, 'get'>): ReadSecret =>
  async ({ namespace, name }, version) => {
    try {
      const { status, body } = await api.get(
        `/api/v1/namespaces/${namespace}/secrets/${encodeURIComponent(name)}?resourceVersion=${version}`,
      )
      if (status === 200) return E.right(body as Secret)
      return E.left((body as { readonly message?: string }).message ?? `the API server answered ${status}`)
    } catch (error) {
      return E.left(`the API server cannot be reached: ${messageOf(error)}`)
    }
  }
