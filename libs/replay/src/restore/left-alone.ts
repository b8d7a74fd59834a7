import { controllerOf } from '@periplus/api'
import type { KubernetesObject, OwnerReference } from '@periplus/api'
import { isTerminalPhase } from '@periplus/kinds'
import { unreadableAnnotation } from '@periplus/log'
import type { Restorable } from './restorable.ts'

/** What is made of other objects, or tells of how things are at present. */
const derived: ReadonlySet<string> = new Set([
  '/events',
  '/endpoints',
  '/componentstatuses',
  'events.k8s.io/events',
  'discovery.k8s.io/endpointslices',
  'coordination.k8s.io/leases',
  'apps/controllerrevisions',
  'metrics.k8s.io/pods',
  'metrics.k8s.io/nodes',
])

/** Whether a resource's objects follow from others, and are never brought back. */
export const isDerived = ({ group, resource }: Pick<Restorable, 'group' | 'resource'>): boolean =>
  derived.has(`${group}/${resource}`)

/** Groups whose controllers make their dependents again. */
const builtIn: ReadonlySet<string> = new Set(['apps', 'batch', '', 'autoscaling'])

/**
 * Why an object is not brought back: in words, empty where nobody needs to be told; `undefined` where it is. `ownerIsGone`: what controls it
 * has to be made anew.
 */
export const whyLeft = (one: Restorable, ownerIsGone: boolean): string | undefined => {
  const { group, resource, object } = one
  const place = `${group}/${resource}`
  if (isDerived(one)) return ''
  const unreadable = object.metadata?.annotations?.[unreadableAnnotation]
  if (unreadable !== undefined) return `what was sealed in it cannot be read: ${unreadable}`
  const controller = controllerOf(object)
  // Its revisions are what a rollout can go back to, and nobody else has them.
  if (controller && isBuiltIn(controller) && !(ownerIsGone && place === 'apps/replicasets')) return ''
  if (place === '/configmaps' && object.metadata?.name === 'kube-root-ca.crt') return ''
  if (place === '/serviceaccounts' && object.metadata?.name === 'default') return ''
  if (place === '/pods' && isTerminalPhase(statusOf(object).phase)) return 'it had ended, and would run again'
  if (place === 'batch/jobs' && hasEnded(object)) return 'it had ended, and would run again'
  if (place === '/secrets' && isToken(object)) return 'it is a token of an account that was another one'
  return undefined
}

const isBuiltIn = ({ apiVersion }: OwnerReference): boolean =>
  builtIn.has(apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '')

interface Told {
  readonly phase?: string
  readonly conditions?: readonly { readonly type?: string; readonly status?: string }[]
}

const statusOf = (object: KubernetesObject): Told => (object as { readonly status?: Told }).status ?? {}

const hasEnded = (job: KubernetesObject): boolean =>
  statusOf(job).conditions?.some(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  ) ?? false

const isToken = (secret: KubernetesObject): boolean =>
  (secret as { readonly type?: string }).type === 'kubernetes.io/service-account-token'
