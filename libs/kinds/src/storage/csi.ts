import { sha256 } from '@periplus/prelude'
import type { CSIDriver } from '../storage.k8s.io/v1/csi-driver/csi-driver.ts'

/** The name of the VolumeAttachment that brings a volume to a node. */
export const attachmentName = (volumeHandle: string, driver: string, nodeName: string): string =>
  `csi-${sha256(`${volumeHandle}${driver}${nodeName}`)}`

/** Whether it is such a name, of whatever volume. */
export const isAttachmentName = (name: string): boolean => /^csi-[0-9a-f]{64}$/.test(name)

/** How a volume is called in a node's `status.volumesInUse` and `volumesAttached`. */
export const csiVolumeName = (driver: string, volumeHandle: string): string =>
  `kubernetes.io/csi/${driver}^${volumeHandle}`

/** Whether volumes must be attached to a node before it can use them; of a driver that nobody has described, they must. */
export const isAttachRequired = (driver: CSIDriver | undefined): boolean => driver?.spec.attachRequired ?? true

/** Whether a driver makes volumes so: `Persistent`, or `Ephemeral` for one pod alone. */
export const hasLifecycle = (driver: CSIDriver, mode: 'Persistent' | 'Ephemeral'): boolean =>
  (driver.spec.volumeLifecycleModes ?? ['Persistent']).includes(mode)
