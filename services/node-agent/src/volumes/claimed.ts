import { isMadeFor, podClaims, storageFinalizers } from '@periplus/kinds'
import type { PersistentVolume, PersistentVolumeClaim, Pod, PodClaim } from '@periplus/kinds'
import type { Stored } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

/** Where claims and their volumes are known from. */
export interface ClaimSources {
  /** In the pod's namespace. */
  readonly claim: (name: string) => Stored<PersistentVolumeClaim> | undefined
  readonly volume: (name: string) => Stored<PersistentVolume> | undefined
}

/** What a pod's claims are bound to, by the names of the pod's volumes. */
export type Claimed = ReadonlyMap<string, Stored<PersistentVolume>>

/** The volumes behind a pod's claims. Refused, in the kubelet's words, as long as one of them isn't there. */
export const claimedVolumes = (pod: Pod, sources: ClaimSources): Either<string, Claimed> => {
  const found = new Map<string, Stored<PersistentVolume>>()
  const refusals: { readonly name: string; readonly why: string }[] = []
  for (const claim of podClaims(pod)) {
    const volume = volumeOf(pod, claim, sources)
    if (E.isRight(volume)) found.set(claim.volume.name, volume.right)
    else refusals.push({ name: claim.volume.name, why: volume.left })
  }
  if (refusals.length === 0) return E.right(found)
  const names = refusals.map(({ name }) => name).join(' ')
  const reasons = refusals.map(({ why }) => why).join(', ')
  return E.left(
    `Unable to attach or mount volumes: unmounted volumes=[${names}], unattached volumes=[], failed to process volumes=[${names}]: ${reasons}`,
  )
}

const volumeOf = (
  pod: Pod,
  { claimName, isEphemeral, volume: { name } }: PodClaim,
  sources: ClaimSources,
): Either<string, Stored<PersistentVolume>> => {
  const refuse = (why: string): Either<string, never> =>
    E.left(`error processing PVC ${pod.metadata?.namespace}/${claimName}: ${why}`)
  const claim = sources.claim(claimName)
  if (!claim) return refuse(`failed to fetch PVC from API server: persistentvolumeclaims "${claimName}" not found`)
  const leaving = claim.metadata.deletionTimestamp !== undefined
  if (leaving && !claim.metadata.finalizers?.includes(storageFinalizers.claimInUse))
    return refuse('PVC is being deleted')
  if (claim.status?.phase !== 'Bound') return refuse('PVC is not bound')
  if (isEphemeral && !isMadeFor(claim, pod))
    return E.left(
      `PVC ${claim.metadata.namespace}/${claimName} was not created for pod ${pod.metadata?.namespace}/${pod.metadata?.name} (pod is not owner)`,
    )
  const volumeName = claim.spec?.volumeName
  if (!volumeName) return refuse('PVC has empty pvc.Spec.VolumeName')
  const volume = sources.volume(volumeName)
  if (!volume)
    return refuse(`failed to fetch PV ${volumeName} from API server: persistentvolumes "${volumeName}" not found`)
  const { claimRef } = volume.spec ?? {}
  if (!claimRef)
    return refuse(
      `found PV object ${volumeName} but it has a nil pv.Spec.ClaimRef indicating it is not yet bound to the claim`,
    )
  if (claimRef.uid !== claim.metadata.uid)
    return refuse(
      `found PV object ${volumeName} but its pv.Spec.ClaimRef.UID ${claimRef.uid} does not point to claim.UID ${claim.metadata.uid}`,
    )
  return unusable(pod, name, volume.spec?.volumeMode ?? 'Filesystem') ?? E.right(volume)
}

/** A file system is mounted, a device is shown as one. */
const unusable = (pod: Pod, name: string, mode: string): Either<string, never> | undefined => {
  const { containers = [], initContainers = [] } = pod.spec ?? {}
  const all = [...containers, ...initContainers]
  const refuse = (where: string): Either<string, never> =>
    E.left(`volume ${name} has volumeMode ${mode}, but is specified in ${where}`)
  if (mode !== 'Filesystem' && all.some(each => each.volumeMounts?.some(mount => mount.name === name)))
    return refuse('volumeMounts')
  if (mode !== 'Block' && all.some(each => each.volumeDevices?.some(device => device.name === name)))
    return refuse('volumeDevices')
  return undefined
}
