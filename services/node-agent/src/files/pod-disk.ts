import type { Container, Pod } from '@periplus/kinds'
import type { Either } from '@periplus/prelude'
import type { ContainerState, Device, Mount, SandboxConfig } from '@periplus/runtime'
import type { FileSystemUse } from '../summary/file-system.ts'
import type { VolumeUse } from '../summary/summary.ts'

/** The machine's files that a pod needs: its volumes, the files that the node writes for it, its logs, its cgroups. */
export interface PodDisk {
  /** Machine's own resolver. */
  hostResolver(): Promise<SandboxConfig['dns']>
  /** `/var/log/pods/<namespace>_<name>_<uid>` below the node's root. */
  logDirectory(pod: Pod): string
  /** Brings the pod's volumes in place, or up to date; safe to repeat. Refused with the text of a FailedMount event. */
  prepareVolumes(pod: Pod): Promise<Either<string, void>>
  /** Shows an image, by its id, as one of the pod's volumes; again changes nothing. Refused in the runtime's words. */
  showImage(pod: Pod, volume: string, image: string): Promise<Either<string, void>>
  /** Everything that this container mounts, its files written. Refused with the text of a CreateContainerConfigError. */
  mounts(request: MountRequest): Promise<Either<string, ContainerStorage>>
  /** That a volume holds more than it may, in the words of an Evicted event. */
  overflowing(pod: Pod): Promise<string | undefined>
  /** What the pod fills on the disk, besides its containers' logs and own roots. */
  filledBy(pod: Pod): readonly string[]
  /** What its volumes hold; `around` is the node's own file system. */
  volumeUses(pod: Pod, around: FileSystemUse): Promise<readonly VolumeUse[]>
  /** Makes `/var/log/containers/<pod>_<namespace>_<container>-<id>.log` point to the container's log. */
  linkLog(pod: Pod, container: string, attempt: number, containerId: string): Promise<void>
  /** What a dead container left behind for people, by its `terminationMessagePolicy`. */
  terminationMessage(pod: Pod, container: ContainerState): Promise<string>
  /** Removes one dead container's log, link and files. */
  forgetContainer(container: ContainerState): Promise<void>
  /** Removes volumes and cgroups; the pod has stopped. */
  tearDown(pod: Pod): Promise<Either<string, void>>
  /** Removes everything else of a pod that the API no longer knows. */
  forget(pod: Pod): Promise<Either<string, void>>
  /** Removes what is left of pods that neither the API nor the runtime knows, by the uids that one of them does know. */
  sweep(known: ReadonlySet<string>): Promise<void>
}

/** What a container is shown of the node. */
export interface ContainerStorage {
  readonly mounts: readonly Mount[]
  readonly devices: readonly Device[]
}

export interface MountRequest {
  readonly pod: Pod
  readonly container: Container
  readonly attempt: number
  readonly hostname: string
  readonly podIps: readonly string[]
  readonly dns: SandboxConfig['dns']
  readonly env: ReadonlyMap<string, string>
  /** As `VolumePlaces` says. */
  readonly canRecurse: boolean
}
