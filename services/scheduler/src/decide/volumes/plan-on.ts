import { compareQuantities, quantityOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { amend } from '@periplus/controller'
import {
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
  classOfClaim,
  findVolume,
  reachesNode,
  reservation,
  storageAnnotations,
} from '@periplus/kinds'
import type { Node, TopologySelectorTerm } from '@periplus/kinds'
import { E, own } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Cut } from '@periplus/projection'
import { hasRoom } from './capacity.ts'
import type { Claim, PodVolumes } from './pod-volumes.ts'

/** How a pod's claims get their volumes if it goes to a node. */
export interface VolumePlan {
  /** Volumes that are there, and whose they become. */
  readonly reserved: readonly { readonly claim: Claim; readonly volume: Stored<PersistentVolume> }[]
  /** A volume is to be made for them there. */
  readonly made: readonly Claim[]
}

const conflict = "node(s) didn't find available persistent volumes to bind"
const noRoom = 'node(s) did not have enough free storage'

/** Refused with the reasons, in Kubernetes' words, for which a node won't do. */
export const planOn = (
  cut: Cut,
  { bound, delayed }: PodVolumes,
  node: Stored<Node>,
): Either<readonly string[], VolumePlan> => {
  const plan = seek(cut, delayed, node)
  const volumes = bound.map(claim => cut.get(PersistentVolume, '', claim.spec?.volumeName ?? ''))
  const reasons = [
    ...(volumes.some(volume => volume && !reachesNode(volume, node))
      ? ["node(s) didn't match PersistentVolume's node affinity"]
      : []),
    ...(E.isLeft(plan) ? [plan.left] : []),
    ...(volumes.includes(undefined)
      ? ['node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)']
      : []),
  ]
  return E.isRight(plan) && reasons.length === 0 ? plan : E.left(reasons)
}

const sizeOf = ({ spec }: Claim) => quantityOf(spec?.resources?.requests?.['storage'])

/** The small ones first, so that they leave the large volumes to the others. */
const seek = (cut: Cut, claims: readonly Claim[], node: Stored<Node>): Either<string, VolumePlan> => {
  const reserved: { readonly claim: Claim; readonly volume: Stored<PersistentVolume> }[] = []
  const made: Claim[] = []
  const except = new Set<string>()
  for (const claim of [...claims].sort((a, b) => compareQuantities(sizeOf(a), sizeOf(b)))) {
    const selected = claim.metadata.annotations?.[storageAnnotations.selectedNode]
    if (selected !== undefined && selected !== node.metadata.name) return E.left(conflict)
    const volume =
      selected === undefined
        ? findVolume(claim, cut.list(PersistentVolume), { except, reaches: found => reachesNode(found, node) })
        : undefined
    if (volume) {
      except.add(volume.metadata.name)
      reserved.push({ claim, volume })
    } else {
      const refusal = makingRefusal(cut, claim, node)
      if (refusal !== undefined) return E.left(refusal)
      made.push(claim)
    }
  }
  return E.right({ reserved, made })
}

/** Why nobody makes a claim's volume where a node reaches it; `undefined`: somebody does. */
const makingRefusal = (cut: Cut, claim: Claim, node: Stored<Node>): string | undefined => {
  const found = cut.get(StorageClass, '', classOfClaim(claim))
  if (!found || found.provisioner === '' || found.provisioner === 'kubernetes.io/no-provisioner') return conflict
  const terms = found.allowedTopologies ?? []
  if (terms.length > 0 && !terms.some(term => matches(term, node))) return conflict
  return hasRoom(cut, claim, found, node) ? undefined : noRoom
}

const matches = ({ matchLabelExpressions = [] }: TopologySelectorTerm, { metadata }: Stored<Node>): boolean =>
  matchLabelExpressions.length > 0 &&
  matchLabelExpressions.every(({ key, values }) => values.includes(own(metadata.labels ?? {}, key) ?? ''))

/** Makes the volumes the claims', and asks for those that are to be made; nothing of what is so already. */
export const carryOut = ({ reserved, made }: VolumePlan, node: string): readonly Command[] => [
  ...reserved.flatMap(({ claim, volume }) => {
    const body = reservation(volume, claim)
    return body ? [amend(PersistentVolume, volume, body)] : []
  }),
  ...made
    .filter(({ metadata }) => metadata.annotations?.[storageAnnotations.selectedNode] !== node)
    .map(claim =>
      amend(PersistentVolumeClaim, claim, { metadata: { annotations: { [storageAnnotations.selectedNode]: node } } }),
    ),
]
