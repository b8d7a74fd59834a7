import { fieldError, isDns1123Subdomain, isQualifiedName } from '@periplus/api'
import type { FieldError, FieldPath, Int64 } from '@periplus/api'
import { ipFamilyOf, keptIpErrors } from '../../../validation/ip-address.ts'
import { each, immutable, obeys } from '../../../validation/values.ts'
import { podAnnotationErrors, podAnnotationUpdateErrors } from '../validation/pod-annotations.ts'
import { claimStatusErrors, extendedClaimErrors } from './claim-status-validation.ts'
import { containerStatusErrors } from './container-status-validation.ts'
import type { Pod } from './schema.ts'

const { forbidden, internal, invalid } = fieldError

/** What is wrong with how a pod's status goes on from what it was. */
export const podStatusErrors = (next: Pod, previous: Pod): readonly FieldError[] => [
  ...podAnnotationUpdateErrors('metadata.annotations', next.metadata?.annotations, previous.metadata?.annotations),
  ...(next.spec ? podAnnotationErrors('metadata.annotations', next.metadata?.annotations, next.spec) : []),
  ...each('status.conditions', next.status?.conditions, ({ type, observedGeneration }, at) => [
    ...generationErrors(`${at}.observedGeneration`, observedGeneration),
    ...(ownConditions.has(type) ? [] : isQualifiedName(type).map(words => invalid(`${at}.Type`, type, words))),
  ]),
  ...(next.spec?.nodeName === previous.spec?.nodeName
    ? []
    : [forbidden('status.nodeName', 'may not be changed directly')]),
  ...nominationErrors('status.nominatedNodeName', next, previous),
  ...generationErrors('status.observedGeneration', next.status?.observedGeneration),
  ...immutable('status.qosClass', next.status?.qosClass, previous.status?.qosClass),
  ...containerStatusErrors(next, previous),
  ...claimStatusErrors('status.resourceClaimStatuses', next),
  ...extendedClaimErrors('status.extendedResourceClaimStatus', next),
  ...addressesErrors('status.podIPs', next.status?.podIPs, previous.status?.podIPs),
  ...hostErrors('status.hostIPs', next, previous),
]

/** Kubernetes' own, whose names have no domain. */
const ownConditions = new Set(['PodScheduled', 'Ready', 'Initialized'])

const generationErrors = (path: FieldPath, generation: Int64 | undefined): readonly FieldError[] =>
  generation !== undefined && generation < 0 ? [invalid(path, generation, 'must be a non-negative integer')] : []

/** Room is made for a pod on a node that there may be, as long as the pod has none. */
const nominationErrors = (path: FieldPath, next: Pod, previous: Pod): readonly FieldError[] => {
  const name = next.status?.nominatedNodeName
  if (!name || name === previous.status?.nominatedNodeName) return []
  return [
    ...obeys(path, name, isDns1123Subdomain),
    ...(previous.spec?.nodeName ? [forbidden(path, 'may not be set on pods that are already bound to a node')] : []),
  ]
}

type Addresses = readonly { readonly ip: string }[]

/** One of each family. */
const addressesErrors = (path: FieldPath, next: Addresses = [], previous: Addresses = []): readonly FieldError[] => {
  const before = new Set(previous.map(({ ip }) => ip))
  const wrong = each(path, next, ({ ip }, at) => keptIpErrors(at, ip, before))
  if (next.length < 2) return wrong
  const families = next.map(({ ip }) => ipFamilyOf(ip))
  const none = families.indexOf(undefined)
  const isPair = none < 0 && next.length === 2 && families[0] !== families[1]
  return [
    ...wrong,
    ...(none < 0
      ? []
      : [internal(path, `failed to check for dual stack with error:invalid IP[${none}]: ${next[none]?.ip ?? ''}`)]),
    ...(isPair ? [] : [invalid(path, shownAddresses(next), 'may specify no more than one IP for each IP family')]),
  ]
}

/** As Go shows values of its internal type. */
const shownAddresses = (addresses: Addresses): readonly object[] => addresses.map(({ ip }) => ({ IP: ip }))

const hostErrors = (path: FieldPath, { status }: Pod, previous: Pod): readonly FieldError[] => {
  const [first] = status?.hostIPs ?? []
  return [
    ...(first && first.ip !== (status?.hostIP ?? '')
      ? [invalid(`${path}[0].ip`, first.ip, 'must be equal to `hostIP`')]
      : []),
    ...addressesErrors(path, status?.hostIPs, previous.status?.hostIPs),
  ]
}
