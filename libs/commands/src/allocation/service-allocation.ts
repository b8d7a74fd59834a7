import type { KubernetesObject, Refusal } from '@periplus/api'
import { Service } from '@periplus/kinds'
import type { ServiceSpec } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Cut } from '@periplus/projection'
import type { AdmissionContext, AdmissionPlugin, AdmissionRefusal } from '../admission/plugin.ts'
import { mayEnd } from '../candidate/delete.ts'
import type { Candidate } from '../candidate/candidate.ts'
import { addressRanges, familiesOf } from './address-ranges.ts'
import { freeing, isOf, refOfClaim, taking } from './claims.ts'
import type { Claim } from './claims.ts'
import { addressesOf, withAddresses } from './cluster-ips.ts'
import { withFamilies } from './ip-families.ts'
import { nodePortsOf, withNodePorts } from './node-ports.ts'
import type { PortRange } from './node-ports.ts'

/** Kubernetes' own range. */
const standardNodePorts: PortRange = { least: 30000, most: 32767 }

const isService = ({ kind, subresource }: Candidate): boolean =>
  kind.group === '' && kind.resource === 'services' && subresource === undefined

const specOf = (object: KubernetesObject | undefined): ServiceSpec | undefined => (object as Service | undefined)?.spec

const claimsOf = (spec: ServiceSpec | undefined): readonly Claim[] => [
  ...addressesOf(spec).map((ip): Claim => ({ tag: 'Address', ip })),
  ...nodePortsOf(spec).map((port): Claim => ({ tag: 'NodePort', port })),
]

const textOf = (claim: Claim): string => (claim.tag === 'Address' ? claim.ip : String(claim.port))

/** The ports of nodes that services have whose claims are missing, as those may that were stored before there were claims. */
const portsIn = (cut: Cut, except: Candidate['ref']): ReadonlySet<number> =>
  new Set(
    cut
      .list(Service)
      .filter(({ metadata }) => metadata.namespace !== except.namespace || metadata.name !== except.name)
      .flatMap(({ spec }) => nodePortsOf(spec)),
  )

/**
 * Gives services their addresses and ports, as a part of their own write: what a service takes and what it frees is written with it, all or
 * none. For each address there is an IPAddress, for each port of the nodes something like it that nobody is served; their subjects in
 * the log are what two services can not both take, whichever API servers they come from.
 */
export const serviceAllocation = (nodePorts: PortRange = standardNodePorts): AdmissionPlugin => ({
  name: 'ServiceAllocation',
  mutate: (candidate, context) => {
    const spec = specOf(candidate.next)
    if (!isService(candidate) || !spec || endsWith(candidate)) return E.right(candidate.next)
    const allocated = allocate(candidate, spec, context, nodePorts)
    return E.isLeft(allocated) ? allocated : E.right(Object.assign({}, candidate.next, { spec: allocated.right }))
  },
  companions: (candidate, { cut, known }) => {
    if (!isService(candidate)) return undefined
    const { namespace, name } = candidate.ref
    const owner = { namespace, name }
    const isAhead = Number(candidate.previous?.metadata.resourceVersion ?? 0) > cut.sequence
    const before = claimsOf(specOf(candidate.previous))
    const after = endsWith(candidate) ? [] : claimsOf(specOf(candidate.next))
    const had = new Set(before.map(textOf))
    const has = new Set(after.map(textOf))
    const left = before.filter(claim => !has.has(textOf(claim)))
    const isKnown = (claim: Claim): boolean => {
      const object = known(refOfClaim(claim)).object
      return object !== undefined && isOf(claim, object, owner)
    }
    const freed = left.filter(isKnown)
    // A service that the log has and the cut has not yet: its claims are there too, and must not be left behind.
    if (isAhead && freed.length < left.length)
      return E.left({ refusal: unheardOf, restsOn: left.filter(claim => !isKnown(claim)).map(refOfClaim) })
    const taken = after.filter(claim => !had.has(textOf(claim)))
    if (freed.length === 0 && taken.length === 0) return undefined
    return E.right([...freed.map(freeing), ...taken.map(claim => taking(claim, owner))])
  },
})

const unheardOf: Refusal = {
  tag: 'ServiceUnavailable',
  message: 'what the service has cannot be told yet',
  retryAfterSeconds: 1,
}

/** The service leaves the live state with this event: a deletion, or the end of the last thing that held one up. */
const endsWith = ({ kind, operation, next, ends }: Candidate): boolean =>
  operation !== 'create' && (ends || mayEnd(kind, next))

const allocate = (
  { ref, previous }: Candidate,
  spec: ServiceSpec,
  { cut, known, random }: AdmissionContext,
  nodePorts: PortRange,
): Either<AdmissionRefusal, ServiceSpec> => {
  const before = specOf(previous)
  const ranges = addressRanges(cut)
  const inUse = new Set<number>(spec.type === 'NodePort' || spec.type === 'LoadBalancer' ? portsIn(cut, ref) : [])
  const stock = {
    ranges,
    random,
    isTaken: (claim: Claim): boolean =>
      known(refOfClaim(claim)).object !== undefined || (claim.tag === 'NodePort' && inUse.has(claim.port)),
  }
  const families = withFamilies(ref.name, spec, before, familiesOf(cut, ranges))
  if (E.isLeft(families)) return E.left({ refusal: families.left })
  const addressed = withAddresses(ref.name, families.right, before, stock)
  return E.isLeft(addressed) ? addressed : withNodePorts(ref.name, addressed.right, before, nodePorts, stock)
}
