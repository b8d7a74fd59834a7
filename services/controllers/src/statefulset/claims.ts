import { controlledBy, groupVersion, refOf } from '@periplus/api'
import type { Kind, KubernetesObject, OwnerReference, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { PersistentVolumeClaim, Pod, StatefulSet } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { isInRange } from './ordinals.ts'

/** `<template>-<set>-<ordinal>`: found again by every later pod of the ordinal. */
export const claimName = (set: Stored<StatefulSet>, template: PersistentVolumeClaim, ordinal: number): string =>
  `${template.metadata?.name ?? ''}-${set.metadata.name}-${ordinal}`

const policyOf = ({ spec }: StatefulSet) => ({
  whenDeleted: spec?.persistentVolumeClaimRetentionPolicy?.whenDeleted ?? 'Retain',
  whenScaled: spec?.persistentVolumeClaimRetentionPolicy?.whenScaled ?? 'Retain',
})

/** A claim that an ordinal's pod needs, as it is, or as it is to be made. */
interface NeededClaim {
  readonly name: string
  readonly template: PersistentVolumeClaim
  readonly present: Stored<PersistentVolumeClaim> | undefined
}

const claimsOf = (cut: Cut, set: Stored<StatefulSet>, ordinal: number): readonly NeededClaim[] =>
  (set.spec?.volumeClaimTemplates ?? []).map(template => {
    const name = claimName(set, template, ordinal)
    return { name, template, present: cut.get(PersistentVolumeClaim, set.metadata.namespace ?? '', name) }
  })

/** What making the claims of an ordinal takes. */
export interface MissingClaims {
  readonly commands: readonly Command[]
  readonly names: readonly string[]
  /** The first claim of that name that is being deleted: no pod can be made before it is gone. */
  readonly leaving: string | undefined
}

export const missingClaims = (cut: Cut, set: Stored<StatefulSet>, ordinal: number): MissingClaims => {
  const claims = claimsOf(cut, set, ordinal)
  const missing = claims.filter(({ present }) => present === undefined)
  return {
    commands: missing.map(({ name, template }) => ({
      verb: 'create',
      kind: PersistentVolumeClaim,
      object: newClaim(set, template, name, ordinal),
    })),
    names: missing.map(({ name }) => name),
    leaving: claims.find(({ present }) => present?.metadata.deletionTimestamp !== undefined)?.name,
  }
}

const newClaim = (
  set: Stored<StatefulSet>,
  { metadata, spec }: PersistentVolumeClaim,
  name: string,
  ordinal: number,
): PersistentVolumeClaim => {
  const owned = policyOf(set).whenDeleted === 'Delete' && isInRange(set, ordinal)
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      ...metadata,
      name,
      namespace: set.metadata.namespace ?? '',
      labels: { ...metadata?.labels, ...set.spec?.selector.matchLabels },
      ...(owned ? { ownerReferences: [controlledBy(StatefulSet, set)] } : {}),
    },
    ...(spec ? { spec } : {}),
  }
}

const refersTo = (reference: OwnerReference, kind: Kind, name: string): boolean =>
  reference.apiVersion === groupVersion(kind) && reference.kind === kind.kind && reference.name === name

/** A claim of this ordinal that an earlier pod of its name still owns is on its way out; the pod waits for the next one. */
export const staleClaim = (cut: Cut, set: Stored<StatefulSet>, name: string, ordinal: number): string | undefined =>
  policyOf(set).whenScaled === 'Retain'
    ? undefined
    : claimsOf(cut, set, ordinal).find(({ present }) =>
        present?.metadata.ownerReferences?.some(reference => refersTo(reference, Pod, name)),
      )?.name

/** What brings the owners of an ordinal's claims in line with the retention policy. */
export interface ClaimOwners {
  readonly commands: readonly Command[]
  /** Claims that somebody else manages: the policy does not hold for them. */
  readonly conflicting: readonly string[]
}

export const claimOwners = (cut: Cut, set: Stored<StatefulSet>, pod: Stored<Pod>, ordinal: number): ClaimOwners => {
  const commands: Command[] = []
  const conflicting: string[] = []
  for (const { name, present } of claimsOf(cut, set, ordinal)) {
    if (!present) continue
    const wanted = wantedOwners(set, pod, present, ordinal)
    if (wanted === 'LeftAlone') continue
    if (wanted === 'Conflict') conflicting.push(name)
    const command = ownersPatch(set, pod, present, wanted === 'Conflict' ? undefined : wanted)
    if (command) commands.push(command)
  }
  return { commands, conflicting }
}

/** The one owner that a claim should have, where it should have one. */
type WantedOwner = 'LeftAlone' | 'Conflict' | OwnerReference | undefined

const wantedOwners = (
  set: Stored<StatefulSet>,
  pod: Stored<Pod>,
  { metadata }: Stored<PersistentVolumeClaim>,
  ordinal: number,
): WantedOwner => {
  const references = metadata.ownerReferences ?? []
  const ours = (reference: OwnerReference): boolean => isOf(reference, StatefulSet, set) || isOf(reference, Pod, pod)
  // An earlier set or pod of the name: what becomes of the claim is the garbage collector's to say.
  if (references.some(reference => ours(reference) && !isBy(reference, set, pod))) return 'LeftAlone'
  const { whenDeleted, whenScaled } = policyOf(set)
  if (whenDeleted === 'Retain' && whenScaled === 'Retain') return undefined
  if (references.some(reference => reference.controller && !ours(reference))) return 'Conflict'
  if (whenScaled === 'Delete' && !isInRange(set, ordinal)) return controlledBy(Pod, pod)
  return whenDeleted === 'Delete' ? controlledBy(StatefulSet, set) : undefined
}

const isOf = (reference: OwnerReference, kind: Kind, object: Stored<KubernetesObject>): boolean =>
  refersTo(reference, kind, object.metadata.name)

const isBy = ({ uid }: OwnerReference, ...objects: readonly Stored<KubernetesObject>[]): boolean =>
  objects.some(({ metadata }) => metadata.uid === uid)

const ownersPatch = (
  set: Stored<StatefulSet>,
  pod: Stored<Pod>,
  { metadata }: Stored<PersistentVolumeClaim>,
  wanted: OwnerReference | undefined,
): Command | undefined => {
  const references = (metadata.ownerReferences ?? []).filter(reference => isBy(reference, set, pod))
  const stands = (reference: OwnerReference): boolean => reference.uid === wanted?.uid && reference.controller === true
  const dropped = references.filter(reference => reference.uid !== wanted?.uid)
  const added = wanted && !references.some(stands) ? [wanted] : []
  if (dropped.length + added.length === 0) return undefined
  return {
    verb: 'patch',
    kind: PersistentVolumeClaim,
    ref: refOf(PersistentVolumeClaim, metadata.namespace ?? '', metadata.name),
    patch: {
      type: 'strategic',
      body: {
        metadata: {
          uid: metadata.uid,
          ownerReferences: [...dropped.map(({ uid }) => ({ $patch: 'delete', uid })), ...added],
        },
      },
    },
  }
}
