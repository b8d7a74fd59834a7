import { lstat, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDriverName } from '@periplus/csi'
import { E, sha256 } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { writePrivately } from '@periplus/service'
import { csiDirectories, csiDirectory, stagingDirectory } from '../files/layout.ts'
import type { Layout } from '../files/layout.ts'
import { namesIn } from '../files/watch-folder.ts'

/** What the node must know of a volume to give it back, whatever the API still knows then. */
export interface VolumeRecord {
  readonly driverName: string
  readonly volumeHandle: string
  readonly volumeLifecycleMode: 'Persistent' | 'Ephemeral'
  /** `Block`: it is a device. */
  readonly volumeMode: 'Filesystem' | 'Block'
  /** Name of the VolumeAttachment; empty: it is not attached. */
  readonly attachmentID: string
}

/** What a driver makes in a volume's directory. */
export const targetOf = (directory: string, { volumeMode }: Pick<VolumeRecord, 'volumeMode'>): string =>
  join(directory, volumeMode === 'Block' ? 'device' : 'mount')

/** Where a driver has a volume for all pods of the node. */
export const stagingOf = (places: Layout, driver: string, handle: string): string =>
  join(stagingDirectory(places, driver, sha256(handle)), 'globalmount')

const fileName = 'vol_data.json'
const mostBytes = 64 * 1024

/** Written, whole or not at all, before a driver is asked for the volume; the kubelet's own file and names. */
export const writeRecord = async (directory: string, record: VolumeRecord): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: 0o750 })
  writePrivately(join(directory, fileName), JSON.stringify(record), { durable: true })
}

/** `undefined`: there is none, so nothing was asked. Refused where it is none of ours. */
export const readRecord = async (directory: string): Promise<Either<string, VolumeRecord | undefined>> => {
  const path = join(directory, fileName)
  const stats = await lstat(path).catch(() => undefined)
  if (!stats) return E.right(undefined)
  if (!stats.isFile() || stats.size > mostBytes) return E.left(`${path} is not a volume's file`)
  const record = parsed(await readFile(path, 'utf8'))
  return record ? E.right(record) : E.left(`${path} cannot be read`)
}

const parsed = (text: string): VolumeRecord | undefined => {
  try {
    const value = JSON.parse(text) as Partial<Record<keyof VolumeRecord, unknown>> | null
    const { driverName, volumeHandle, volumeLifecycleMode: mode, volumeMode, attachmentID = '' } = value ?? {}
    if (typeof driverName !== 'string' || !isDriverName(driverName)) return undefined
    if (typeof volumeHandle !== 'string' || typeof attachmentID !== 'string') return undefined
    return {
      driverName,
      volumeHandle,
      attachmentID,
      volumeMode: volumeMode === 'Block' ? 'Block' : 'Filesystem',
      volumeLifecycleMode: mode === 'Ephemeral' ? 'Ephemeral' : 'Persistent',
    }
  } catch {
    return undefined
  }
}

/** Whether a pod of the node has the volume, or is about to. */
export const isUsedHere = async (places: Layout, { driverName, volumeHandle }: VolumeRecord): Promise<boolean> => {
  for (const uid of await namesIn(places.pods))
    for (const name of await namesIn(csiDirectories(places, uid))) {
      const other = await readRecord(csiDirectory(places, uid, name))
      if (E.isLeft(other)) return true
      if (other.right?.driverName === driverName && other.right.volumeHandle === volumeHandle) return true
    }
  return false
}
