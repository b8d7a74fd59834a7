import { lstat, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDriverName } from '@periplus/csi'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

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

const fileName = 'vol_data.json'
const mostBytes = 64 * 1024

/** Written, whole or not at all, before a driver is asked for the volume; the kubelet's own file and names. */
export const writeRecord = async (directory: string, record: VolumeRecord): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: 0o750 })
  const path = join(directory, fileName)
  await writeFile(`${path}.new`, JSON.stringify(record), { mode: 0o600 })
  await rename(`${path}.new`, path)
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
