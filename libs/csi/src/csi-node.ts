import type { Either } from '@periplus/prelude'

/** Texts by names that a driver, or whoever makes volumes for it, chooses. */
export type Texts = Readonly<Record<string, string>>

/** A driver did not do what it was asked for. */
export interface CsiRefusal {
  /** `Unavailable`: nobody answered. `Uncertain`: it may have been done, or may still be. `Failed`: it was not. */
  readonly tag: 'Unavailable' | 'Uncertain' | 'Failed'
  /** In the words of Go's gRPC, as people know it from events. */
  readonly message: string
}

/** What a call of a driver comes to. */
export type Csi<A> = Promise<Either<CsiRefusal, A>>

/** What a driver says of the node that it runs on. */
export interface CsiNodeInfo {
  /** The storage system's name for the node. */
  readonly nodeId: string
  /** 0: it sets no limit. */
  readonly mostVolumes: number
  /** Labels of the node by which volumes can be reached from it. */
  readonly segments: Texts
}

/** What a driver can do on a node. */
export type CsiCapability = 'stage' | 'stats' | 'expand' | 'singleNodeMultiWriter' | 'mountGroup'

/** How a volume is to be used: as a device, or as a file system with its type, mount options and group. */
export interface CsiUse {
  readonly as: 'block' | { readonly fsType: string; readonly flags: readonly string[]; readonly group: string }
  /** Kubernetes' word: ReadWriteOnce, ReadOnlyMany, ReadWriteMany, ReadWriteOncePod. */
  readonly accessMode: string
}

/** A volume, and how it comes to a node. */
export interface CsiStaging {
  readonly volumeId: string
  /** What attaching it told. */
  readonly publishContext: Texts
  /** Where it is for the whole node. */
  readonly stagingPath: string
  readonly use: CsiUse
  readonly secrets: Texts
  readonly volumeContext: Texts
}

/** A volume, and how it comes to one pod. */
export interface CsiPublishing extends CsiStaging {
  readonly targetPath: string
  readonly readOnly: boolean
}

/** A volume that is to be as large as the storage behind it. */
export interface CsiExpansion {
  readonly volumeId: string
  readonly path: string
  readonly stagingPath: string
  readonly bytes: number
  readonly use: CsiUse
  readonly secrets: Texts
}

/** What a volume holds; `undefined`: the driver doesn't say. */
export interface CsiVolumeStats {
  readonly bytes?: CsiUsage
  readonly inodes?: CsiUsage
}

/** Of bytes or of inodes. */
export interface CsiUsage {
  readonly available: number
  readonly total: number
  readonly used: number
}

/**
 * One driver on this node. Paths are as the driver sees them. Every call may be repeated; each ends within its limit, of two minutes for
 * those that move volumes.
 */
export interface CsiNode {
  info(): Csi<CsiNodeInfo>
  capabilities(): Csi<ReadonlySet<CsiCapability>>
  stage(staging: CsiStaging): Csi<void>
  unstage(volumeId: string, stagingPath: string): Csi<void>
  publish(publishing: CsiPublishing): Csi<void>
  unpublish(volumeId: string, targetPath: string): Csi<void>
  /** Resolves to how many bytes it is now; 0: the driver doesn't say. */
  expand(expansion: CsiExpansion): Csi<number>
  stats(volumeId: string, path: string, stagingPath: string): Csi<CsiVolumeStats>
  close(): void
}
