import { ObjectMeta, refOf, schema } from '@periplus/api'
import type { Kind, KubernetesObject, ObjectRef, TypeOf } from '@periplus/api'
import { IPAddress, defineKind, ipFamilyOf, typeMeta } from '@periplus/kinds'
import type { Companion } from '../admission/plugin.ts'

const { bytes, optional, required, string, struct } = schema

const RangeAllocationSchema = struct('io.k8s.api.core.v1.RangeAllocation', {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  range: required(2, string),
  data: optional(3, bytes),
})
interface RangeAllocation extends TypeOf<typeof RangeAllocationSchema> {}

/**
 * That a service has a port of the nodes. Kubernetes keeps this as one object of this kind that nobody is served, for the whole range;
 * here each port has one, so that its subject in the log is what two services cannot both take.
 */
const NodePort: Kind<RangeAllocation> = defineKind({
  group: '',
  version: 'v1',
  kind: 'RangeAllocation',
  resource: 'rangeallocations',
  namespaced: false,
  schema: RangeAllocationSchema,
  columns: [],
})

/** What of a service nobody else may have at the same time. */
export type Claim =
  { readonly tag: 'Address'; readonly ip: string } | { readonly tag: 'NodePort'; readonly port: number }

/** Whose existence in the log says that the claim is taken. */
export const refOfClaim = (claim: Claim): ObjectRef =>
  claim.tag === 'Address' ? refOf(IPAddress, '', claim.ip) : refOf(NodePort, '', `nodeport-${claim.port}`)

/** `ipallocator.k8s.io`: who has made an IPAddress for a service. */
export const allocatorName = 'ipallocator.k8s.io'

interface Owner {
  readonly namespace: string
  readonly name: string
}

/** The IPAddress that says that a service has an address. */
export const ipAddressOf = (ip: string, { namespace, name }: Owner): IPAddress => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IPAddress',
  metadata: {
    name: ip,
    labels: {
      'ipaddress.kubernetes.io/ip-family': ipFamilyOf(ip) === 6 ? 'IPv6' : 'IPv4',
      'ipaddress.kubernetes.io/managed-by': allocatorName,
    },
  },
  spec: { parentRef: { resource: 'services', namespace, name } },
})

const nodePortOf = (port: number, { namespace, name }: Owner): KubernetesObject =>
  Object.assign(
    {
      apiVersion: 'v1',
      kind: 'RangeAllocation',
      metadata: {
        name: `nodeport-${port}`,
        annotations: { 'periplus.io/service': `${namespace}/${name}` },
      },
    },
    { range: String(port) },
  )

/** Writes the claim, which must not be there. */
export const taking = (claim: Claim, owner: Owner): Companion => ({
  command:
    claim.tag === 'Address'
      ? { verb: 'create', kind: IPAddress, object: ipAddressOf(claim.ip, owner) }
      : { verb: 'create', kind: NodePort, object: nodePortOf(claim.port, owner) },
})

/** Whether what stands there as the claim is of this service: what somebody else made is left to them. */
export const isOf = (claim: Claim, object: KubernetesObject, { namespace, name }: Owner): boolean => {
  if (claim.tag === 'NodePort') return object.metadata?.annotations?.['periplus.io/service'] === `${namespace}/${name}`
  const parent = (object as Partial<IPAddress>).spec?.parentRef
  return !parent?.group && parent?.resource === 'services' && parent.namespace === namespace && parent.name === name
}

/** Deletes the claim, which is there. */
export const freeing = (claim: Claim): Companion => ({
  command: {
    verb: 'delete',
    kind: claim.tag === 'Address' ? IPAddress : NodePort,
    ref: refOfClaim(claim),
    options: {},
  },
})
