import type { Stored } from '@periplus/api'
import type { CsiVolumeStats } from '@periplus/csi'
import type { PersistentVolume, Pod, Volume } from '@periplus/kinds'
import { podClaims } from '@periplus/kinds'
import { volumeDirectory } from '../files/layout.ts'
import type { Layout, VolumeDirectoryType } from '../files/layout.ts'
import { fileSystemAt, useBelow } from '../summary/file-system.ts'
import type { FileSystemUse } from '../summary/file-system.ts'
import type { VolumeUse } from '../summary/summary.ts'

export interface VolumeUsesOptions {
  readonly layout: Layout
  /** What is behind a claim, by its name. */
  readonly volumeOf: (claimName: string) => Stored<PersistentVolume> | undefined
  /** What a storage driver says of a volume, by the name of its directory. */
  readonly ofDriver: (uid: string, name: string) => Promise<CsiVolumeStats | undefined>
}

/** What a pod's volumes hold, as the kubelet counts it: file by file on the node's disk, as a file system where it is one. */
export const volumeUses = async (
  pod: Pod,
  around: FileSystemUse,
  { layout, volumeOf, ofDriver }: VolumeUsesOptions,
): Promise<readonly VolumeUse[]> => {
  const { uid = '', namespace = '' } = pod.metadata ?? {}
  const claims = new Map(podClaims(pod).map(({ volume, claimName }) => [volume.name, claimName]))
  const uses: VolumeUse[] = []
  for (const volume of pod.spec?.volumes ?? []) {
    const { name } = volume
    const claimName = claims.get(name)
    const persistent = claimName === undefined ? undefined : volumeOf(claimName)
    const type = ownType(volume)
    if (type !== undefined) {
      const home = volumeDirectory(layout, uid, type, name)
      const inMemory = volume.emptyDir?.medium === 'Memory'
      const use = inMemory ? await fileSystemAt(home) : await useBelow(around, [home])
      if (use) uses.push({ name, use, ephemeral: !inMemory })
    } else {
      const use = await driven(persistent, volume, uid, ofDriver)
      const claim = claimName === undefined ? {} : { claim: { name: claimName, namespace } }
      if (use) uses.push({ name, ...claim, use, ephemeral: false })
    }
  }
  return uses
}

const ownType = (volume: Volume): VolumeDirectoryType | undefined => {
  if (volume.emptyDir) return 'empty-dir'
  if (volume.configMap) return 'configmap'
  if (volume.secret) return 'secret'
  if (volume.downwardAPI) return 'downward-api'
  return volume.projected ? 'projected' : undefined
}

const driven = async (
  persistent: Stored<PersistentVolume> | undefined,
  volume: Volume,
  uid: string,
  ofDriver: VolumeUsesOptions['ofDriver'],
): Promise<FileSystemUse | undefined> => {
  if (persistent?.spec?.local) return fileSystemAt(persistent.spec.local.path)
  if (!persistent?.spec?.csi && !volume.csi) return undefined
  const stats = await ofDriver(uid, persistent?.metadata.name ?? volume.name)
  return (
    stats?.bytes && {
      availableBytes: stats.bytes.available,
      capacityBytes: stats.bytes.total,
      usedBytes: stats.bytes.used,
      inodes: stats.inodes?.total ?? 0,
      inodesFree: stats.inodes?.available ?? 0,
      inodesUsed: stats.inodes?.used ?? 0,
    }
  )
}
