import type { KubernetesObject, Stored } from '@periplus/api'
import { EndpointSlice, Node, Pod, Service, isPodReady, isPodTerminated, podCondition } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { serviceName } from '../endpointslice/labels.ts'
import { addressesOf, selectorOf, targetPortOf } from './selected-pods.ts'

/** Whether something answers for a service, and why or why not, in words for people. */
export interface EndpointReason {
  /** A pod's name, or an address that somebody wrote by hand. */
  readonly endpoint: string
  readonly state: 'in' | 'not ready' | 'out'
  readonly why: string
}

/** The service that an object is, or that a slice or Endpoints are of; `undefined` where that is none. */
export const serviceOf = (cut: Cut, object: Stored<KubernetesObject>): Stored<Service> | undefined => {
  const { namespace = '', name, labels } = object.metadata
  const of = object.kind === 'EndpointSlice' ? labels?.[serviceName] : name
  const known = object.kind === 'Service' || object.kind === 'Endpoints' || object.kind === 'EndpointSlice'
  return known && of !== undefined ? cut.get(Service, namespace, of) : undefined
}

/** Pods that are left out and have nothing of what is selected are told of by their number alone. */
const mostNearMisses = 20

/** Of each pod that the service selects, or nearly does, whether it answers for it, and why. */
export const endpointReasons = (cut: Cut, service: Stored<Service>): readonly EndpointReason[] => {
  const selector = selectorOf(service)
  if (!selector) return byHand(cut, service)
  const pods = cut.list(Pod, service.metadata.namespace)
  const missing = (pod: Stored<Pod>): readonly string[] =>
    Object.entries(selector).flatMap(([key, value]) => {
      const has = pod.metadata.labels?.[key]
      return has === value
        ? []
        : [`${key} is ${has === undefined ? 'not there' : JSON.stringify(has)}, not ${JSON.stringify(value)}`]
    })
  const selected = pods.filter(pod => missing(pod).length === 0)
  const near = pods.filter(pod => {
    const lacks = missing(pod).length
    return (
      lacks > 0 &&
      (lacks < Object.keys(selector).length ||
        Object.keys(selector).some(key => pod.metadata.labels?.[key] !== undefined))
    )
  })
  return [
    ...selected.map(pod => reasonOf(cut, service, pod)),
    ...near.slice(0, mostNearMisses).map((pod): EndpointReason => ({
      endpoint: pod.metadata.name,
      state: 'out',
      why: `it is not selected: its label ${missing(pod).join('; ')}`,
    })),
  ]
}

const reasonOf = (cut: Cut, service: Stored<Service>, pod: Stored<Pod>): EndpointReason => {
  const say = (state: EndpointReason['state'], why: string): EndpointReason => ({
    endpoint: pod.metadata.name,
    state,
    why,
  })
  if (isPodTerminated(pod)) return say('out', `it has ended (${pod.status?.phase ?? ''})`)
  if (addressesOf(pod).length === 0)
    return say('out', pod.spec?.nodeName ? 'it has no address yet' : 'it is on no node yet')
  const anyhow = service.spec?.publishNotReadyAddresses ?? false
  if (!anyhow && !cut.get(Node, '', pod.spec?.nodeName ?? ''))
    return say('out', `its node ${pod.spec?.nodeName ?? ''} is not there`)
  const unnamed = (service.spec?.ports ?? []).filter(port => targetPortOf(pod, port) === undefined)
  const without =
    unnamed.length === 0
      ? ''
      : `; it has no port named ${unnamed.map(({ targetPort }) => String(targetPort)).join(', ')}`
  if (anyhow) return say('in', `the service takes pods as they are${without}`)
  if (pod.metadata.deletionTimestamp !== undefined) return say('not ready', `it is being deleted${without}`)
  if (isPodReady(pod)) return say('in', `it is selected and ready${without}`)
  const { reason, message } = podCondition(pod, 'Ready') ?? {}
  const told = [reason, message].filter(Boolean).join(': ')
  return say('not ready', `it is not ready${told ? ` (${told})` : ''}${without}`)
}

const byHand = (cut: Cut, service: Stored<Service>): readonly EndpointReason[] => {
  const { namespace = '', name } = service.metadata
  return cut.labelled(EndpointSlice, namespace, { [serviceName]: name }).flatMap(({ metadata, endpoints = [] }) =>
    endpoints.map(({ addresses, conditions }): EndpointReason => ({
      endpoint: addresses.join(','),
      state: conditions?.ready === false ? 'not ready' : 'in',
      why: `the service selects no pods, and slice ${metadata.name} says so`,
    })),
  )
}
