import { isDeepStrictEqual } from 'node:util'
import { targetOf } from '@periplus/api'
import type { KubernetesObject, Refusal } from '@periplus/api'
import type { Candidate } from '@periplus/commands'
import type { CertificateSigningRequest, Node, Pod } from '@periplus/kinds'
import type { PolicyState, User } from '../../ports.ts'
import { nodeNameOf } from '../node/node-name.ts'
import { forbiddenLabels } from './node-labels.ts'
import { mirrorPodFault } from './mirror-pods.ts'
import { subjectOf } from './signing-request.ts'

/** What the request of a node may make of an object, as Kubernetes' admission plugin NodeRestriction has it. */
export const nodeRestriction =
  (state: Pick<PolicyState, 'entry'>) =>
  (user: User, candidate: Candidate): Refusal | undefined => {
    const node = nodeNameOf(user)
    if (node === undefined) return undefined
    const fault =
      node === ''
        ? `could not determine node from user ${JSON.stringify(user.name)}`
        : faultOf(state, node, JSON.stringify(node), candidate)
    return fault === undefined
      ? undefined
      : { tag: 'Forbidden', target: targetOf(candidate.kind, candidate.ref.name), message: fault }
  }

const faultOf = (
  state: Pick<PolicyState, 'entry'>,
  node: string,
  quoted: string,
  candidate: Candidate,
): string | undefined => {
  const { ref, operation } = candidate
  switch (ref.group === '' ? ref.resource : `${ref.resource}.${ref.group}`) {
    case 'pods':
      return podFault(state, node, quoted, candidate)
    case 'nodes':
      return nodeFault(node, quoted, candidate)
    case 'persistentvolumeclaims':
      return claimFault(quoted, candidate)
    case 'leases.coordination.k8s.io':
      if (ref.namespace !== 'kube-node-lease') return 'can only access leases in the "kube-node-lease" system namespace'
      return ref.name === node ? undefined : 'can only access node lease with the same name as the requesting node'
    case 'nodes.metrics.k8s.io':
      return ref.name === node ? undefined : 'can only access NodeMetrics with the same name as the requesting node'
    case 'pods.metrics.k8s.io':
      return isBoundTo(state, node, candidate)
        ? undefined
        : `node ${quoted} can only access PodMetrics of pods with spec.nodeName set to itself`
    case 'csinodes.storage.k8s.io':
      return ref.name === node ? undefined : 'can only access CSINode with the same name as the requesting node'
    case 'resourceslices.resource.k8s.io':
      if (operation === 'update' || nodeNameIn(sliceOf(candidate)) === node) return undefined
      return `can only ${operation} ResourceSlice with the same NodeName as the requesting node`
    case 'certificatesigningrequests.certificates.k8s.io':
      return operation === 'create' ? requestFault(node, candidate.next as CertificateSigningRequest) : undefined
    default:
      return undefined
  }
}

const isBoundTo = (state: Pick<PolicyState, 'entry'>, node: string, { ref }: Candidate): boolean => {
  const pod = state.entry({ group: '', resource: 'pods', namespace: ref.namespace, name: ref.name })?.object()
  return (pod as Pod | undefined)?.spec?.nodeName === node
}

const sliceOf = ({ operation, previous, next }: Candidate): KubernetesObject =>
  operation === 'delete' ? (previous ?? next) : next

const nodeNameIn = (object: KubernetesObject): unknown => (object as { spec?: { nodeName?: unknown } }).spec?.nodeName

const podFault = (
  state: Pick<PolicyState, 'entry'>,
  node: string,
  quoted: string,
  { operation, subresource = '', previous, next }: Candidate,
): string | undefined => {
  if (subresource === 'status') {
    const [before, after]: readonly [Pod, Pod] = [previous ?? next, next]
    if (before.spec?.nodeName !== node)
      return `node ${quoted} can only update pod status for pods with spec.nodeName set to itself`
    if (!isDeepStrictEqual(before.metadata?.labels ?? {}, after.metadata?.labels ?? {}))
      return `node ${quoted} cannot update labels through pod status`
    const claims = ({ status }: Pod): unknown => status?.resourceClaimStatuses ?? []
    return isDeepStrictEqual(claims(before), claims(after))
      ? undefined
      : `node ${quoted} cannot update resource claim statues`
  }
  if (subresource !== '')
    return `unexpected pod subresource ${JSON.stringify(subresource)}, only 'status' and 'eviction' are allowed`
  if (operation === 'create') return mirrorPodFault(state, node, next)
  if (operation === 'update')
    return `unexpected operation "UPDATE", node ${quoted} can only create and delete mirror pods`
  return (previous as Pod | undefined)?.spec?.nodeName === node
    ? undefined
    : `node ${quoted} can only delete pods with spec.nodeName set to itself`
}

const nodeFault = (node: string, quoted: string, { operation, ref, previous, next }: Candidate): string | undefined => {
  if (ref.name !== node) return `node ${quoted} is not allowed to modify node ${JSON.stringify(ref.name)}`
  if (operation === 'delete') return undefined
  const [before, after]: readonly [Node | undefined, Node] = [previous, next]
  const labels = forbiddenLabels(after.metadata?.labels, before?.metadata?.labels)
  if (!before)
    return labels.length > 0
      ? `node ${quoted} is not allowed to set the following labels: ${labels.join(', ')}`
      : undefined
  if (!isDeepStrictEqual(before.spec?.taints ?? [], after.spec?.taints ?? []))
    return `node ${quoted} is not allowed to modify taints`
  if (!isDeepStrictEqual(before.metadata?.ownerReferences ?? [], after.metadata?.ownerReferences ?? []))
    return `node ${quoted} is not allowed to modify ownerReferences`
  return labels.length > 0 ? `is not allowed to modify labels: ${labels.join(', ')}` : undefined
}

/** Of a claim's status a node says how big the volume has become, and how that goes. */
const itsOwnOfClaims = ['capacity', 'conditions', 'allocatedResources', 'allocatedResourceStatuses']

const claimFault = (quoted: string, { subresource, previous, next }: Candidate): string | undefined => {
  if (subresource !== 'status') return 'may only update PVC status'
  const others = (object: KubernetesObject = {}): unknown => {
    const { status = {}, ...rest } = object as KubernetesObject & { status?: Readonly<Record<string, unknown>> }
    const kept = Object.entries(status).filter(([name]) => !itsOwnOfClaims.includes(name))
    return JSON.parse(JSON.stringify({ ...rest, status: Object.fromEntries(kept) })) as unknown
  }
  return isDeepStrictEqual(others(previous), others(next))
    ? undefined
    : `node ${quoted} is not allowed to update fields other than status.quantity and status.conditions`
}

const nodeSigners = ['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet']

const requestFault = (node: string, { spec }: CertificateSigningRequest): string | undefined => {
  if (!nodeSigners.includes(spec.signerName)) return undefined
  const subject = subjectOf(spec.request)
  if (!subject) return 'unable to parse csr: PEM block type must be CERTIFICATE REQUEST'
  return subject.commonNames.length === 1 && subject.commonNames[0] === `system:node:${node}`
    ? undefined
    : `can only create a node CSR with CN=system:node:${node}`
}
