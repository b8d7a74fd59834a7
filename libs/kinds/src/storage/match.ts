import { compareQuantities, groupVersion, quantityOf, selects } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Node } from '../core/v1/node/schema.ts'
import { PersistentVolumeClaim } from '../core/v1/persistent-volume-claim/persistent-volume-claim.ts'
import type { PersistentVolume } from '../core/v1/persistent-volume/schema.ts'
import { matchesNodeSelectorTerm } from '../nodes/node-affinity.ts'
import { storageAnnotations } from './annotations.ts'
import { classOfClaim, classOfVolume } from './classes.ts'

type Claim = Stored<PersistentVolumeClaim>
type Volume = Stored<PersistentVolume>

/** Whether a volume is kept for this claim: by name, and by uid where its reference has one. */
export const isVolumeOf = ({ spec }: Volume, { metadata }: Claim): boolean => {
  const wanted = spec?.claimRef
  return (
    wanted?.name === metadata.name &&
    wanted.namespace === metadata.namespace &&
    (!wanted.uid || wanted.uid === metadata.uid)
  )
}

/** Whether pods of a node can use a volume. */
export const reachesNode = ({ spec }: Volume, node: Node): boolean => {
  const required = spec?.nodeAffinity?.required
  return required === undefined || required.nodeSelectorTerms.some(term => matchesNodeSelectorTerm(term, node))
}

/** The merge patch that makes a volume a claim's, and nobody else's of its name; `undefined` when it is that already. */
export const reservation = (volume: Volume, claim: Claim): object | undefined => {
  const { boundByController } = storageAnnotations
  const { namespace, name, uid, resourceVersion } = claim.metadata
  const isKept = isVolumeOf(volume, claim)
  if (isKept && volume.spec?.claimRef?.uid === uid) return undefined
  const marked = isKept || volume.metadata.annotations?.[boundByController] !== undefined
  return {
    ...(marked ? {} : { metadata: { annotations: { [boundByController]: 'yes' } } }),
    spec: {
      claimRef: {
        kind: PersistentVolumeClaim.kind,
        apiVersion: groupVersion(PersistentVolumeClaim),
        namespace,
        name,
        uid,
        resourceVersion,
      },
    },
  }
}

/** Whether a claim has its volume for good. */
export const isFullyBound = ({ metadata, spec }: Claim): boolean =>
  Boolean(spec?.volumeName) && metadata.annotations?.[storageAnnotations.bindCompleted] !== undefined

const modeOf = (spec: { readonly volumeMode?: string } | undefined): string => spec?.volumeMode ?? 'Filesystem'

const isLarge = (volume: Volume, claim: Claim): boolean =>
  compareQuantities(
    quantityOf(volume.spec?.capacity?.['storage']),
    quantityOf(claim.spec?.resources?.requests?.['storage']),
  ) >= 0

const offersModes = (volume: Volume, claim: Claim): boolean =>
  (claim.spec?.accessModes ?? []).every(mode => volume.spec?.accessModes?.includes(mode))

const attributesOf = (object: Volume | Claim): string => object.spec?.volumeAttributesClassName ?? ''

/** Why a volume that a claim asks for by name is not for it, in Kubernetes' words; `undefined` when it is. */
export const volumeMismatch = (volume: Volume, claim: Claim): string | undefined => {
  if (volume.metadata.deletionTimestamp !== undefined)
    return `the volume is marked for deletion ${JSON.stringify(volume.metadata.name)}`
  if (!isLarge(volume, claim)) return 'requested PV is too small'
  if (classOfVolume(volume) !== classOfClaim(claim)) return 'storageClassName does not match'
  if (attributesOf(volume) !== attributesOf(claim)) return 'volumeAttributesClassName does not match'
  if (modeOf(volume.spec) !== modeOf(claim.spec)) return 'incompatible volumeMode'
  return offersModes(volume, claim) ? undefined : 'incompatible accessMode'
}

/** Whether one is a file system and the other a block device. */
export const modesDiffer = (volume: Volume, claim: Claim): boolean => modeOf(volume.spec) !== modeOf(claim.spec)

export interface VolumeSearch {
  /** Only volumes that are kept for the claim: the others are the scheduler's to choose from. */
  readonly keptOnly?: boolean
  /** Where it must be possible to use it. */
  readonly reaches?: (volume: Volume) => boolean
  /** Chosen for other claims already. */
  readonly except?: ReadonlySet<string>
}

/**
 * The volume that a claim without one gets: one that is kept for it, or of those that nobody has the one with the fewest access
 * modes, then the smallest, then the first by name.
 */
export const findVolume = (
  claim: Claim,
  volumes: readonly Volume[],
  { keptOnly = false, reaches = () => true, except }: VolumeSearch = {},
): Volume | undefined => {
  const fitting = volumes.filter(
    volume =>
      !except?.has(volume.metadata.name) &&
      (volume.spec?.claimRef === undefined || isVolumeOf(volume, claim)) &&
      volume.metadata.deletionTimestamp === undefined &&
      isLarge(volume, claim) &&
      !modesDiffer(volume, claim) &&
      attributesOf(volume) === attributesOf(claim) &&
      offersModes(volume, claim),
  )
  const kept = fitting.find(volume => isVolumeOf(volume, claim))
  if (kept) return reaches(kept) ? kept : undefined
  if (keptOnly) return undefined
  const selector = claim.spec?.selector
  return fitting
    .filter(
      volume =>
        volume.status?.phase === 'Available' &&
        classOfVolume(volume) === classOfClaim(claim) &&
        (selector === undefined || selects(selector, volume.metadata.labels)) &&
        reaches(volume),
    )
    .sort(tightestFirst)[0]
}

const tightestFirst = (a: Volume, b: Volume): number =>
  (a.spec?.accessModes ?? []).length - (b.spec?.accessModes ?? []).length ||
  compareQuantities(quantityOf(a.spec?.capacity?.['storage']), quantityOf(b.spec?.capacity?.['storage'])) ||
  (a.metadata.name < b.metadata.name ? -1 : 1)
