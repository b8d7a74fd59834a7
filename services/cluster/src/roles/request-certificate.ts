import { setTimeout as pause } from 'node:timers/promises'
import { newClientRequest } from '@periplus/apiserver'
import type { KubeApi } from '../home/kube-api.ts'
import { wordsOf } from '../home/kube-api.ts'
import type { ApiAnswer } from '../home/kube-api.ts'
import { CannotGoOn } from '../home/say.ts'

/** Of a node as a client, in PEM. The key is a secret. */
export interface NodeIdentity {
  readonly certificate: string
  readonly key: string
}

/** The body of an answer; throws what a person is told where it is a refusal. */
export const expected = (answer: ApiAnswer, doing: string): unknown => {
  if (answer.status < 300) return answer.body
  throw new CannotGoOn(`${doing}: ${wordsOf(answer)}`)
}

const askEvery = 100
const patience = 60_000

/** Asks until there is an answer, or the patience is over. */
export const awaited = async <A>(doing: string, ask: () => Promise<A | undefined>): Promise<A> => {
  for (const end = performance.now() + patience; performance.now() < end;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await pause(askEvery)
  }
  throw new CannotGoOn(`${doing} within ${patience / 1000} s`)
}

const requests = '/apis/certificates.k8s.io/v1/certificatesigningrequests'

interface SigningRequest {
  readonly metadata: { readonly name: string }
  readonly status?: {
    readonly certificate?: string
    readonly conditions?: readonly { readonly type: string; readonly message?: string }[]
  }
}

/**
 * The certificate of a node for a new key, which the cluster signs for who shows a bootstrap token, and for the node itself. Throws what a
 * person is told where it does not.
 */
export const requestCertificate = async (
  api: Pick<KubeApi, 'get' | 'post'>,
  nodeName: string,
): Promise<NodeIdentity> => {
  const { request, key } = await newClientRequest(`system:node:${nodeName}`, ['system:nodes'])
  const body = {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { generateName: 'node-csr-' },
    spec: {
      request: Buffer.from(request).toString('base64'),
      signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
      usages: ['digital signature', 'client auth'],
    },
  }
  const made = expected(await api.post(requests, body), 'no certificate can be asked for')
  const { name } = (made as SigningRequest).metadata
  const certificate = await awaited(`the request ${name} was not signed`, async () => {
    const { status } = expected(await api.get(`${requests}/${name}`), 'the request is gone') as SigningRequest
    const refused = status?.conditions?.find(({ type }) => type === 'Denied' || type === 'Failed')
    if (refused) throw new CannotGoOn(`the request ${name} is refused: ${refused.message ?? refused.type}`)
    return status?.certificate
  })
  return { certificate: Buffer.from(certificate, 'base64').toString(), key }
}
