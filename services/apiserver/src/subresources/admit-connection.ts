import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { KubernetesObject, Refusal } from '@periplus/api'
import type { AdmitConnection } from '@periplus/commands'
import type { StreamOptions } from '../ports.ts'
import type { ResourceCall } from '../resources/resource-call.ts'
import { requesterOf } from '../write/requester.ts'

/** Asks admission for a connection; absent: nobody is asked. */
export const admitted = async (
  admit: AdmitConnection | undefined,
  { call, kind, ref, info }: ResourceCall,
  options: KubernetesObject,
): Promise<Either<Refusal, void>> => {
  if (!admit) return E.right(undefined)
  const { subresource } = info
  const answer = await admit({ kind, ref, subresource, options, requester: requesterOf(call.user) })
  if (E.isLeft(answer)) return answer
  answer.right.forEach(call.warn)
  return E.right(undefined)
}

const kinds = { Exec: 'PodExecOptions', Attach: 'PodAttachOptions', PortForward: 'PodPortForwardOptions' } as const

/** As admission knows what is asked of a pod. */
export const connectionOptions = (options: Exclude<StreamOptions, { readonly tag: 'Log' }>): KubernetesObject => {
  const { tag, ...said } = options
  return { apiVersion: 'v1', kind: kinds[tag], ...said }
}
