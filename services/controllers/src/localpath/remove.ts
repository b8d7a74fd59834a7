import type { Stored } from '@periplus/api'
import { amend } from '@periplus/controller'
import { Node, PersistentVolume, localPath, localPathInUse, storageAnnotations } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { Step } from '../persistentvolume/pending.ts'

/** Whether a volume is a directory that was made here. */
export const isLocalPath = ({ metadata }: Stored<PersistentVolume>): boolean =>
  metadata.annotations?.[storageAnnotations.provisionedBy] === localPath.provisioner

/**
 * A volume that nobody has any more is deleted where its class says so; it goes when its node tells that the directory is gone, or when
 * there is no such node. One that people delete and that is to be retained leaves its directory behind.
 */
export const remove = (cut: Cut, volume: Stored<PersistentVolume>): Step => {
  const { name, uid, deletionTimestamp, finalizers = [] } = volume.metadata
  const deletes = volume.spec?.persistentVolumeReclaimPolicy === 'Delete'
  if (!isLocalPath(volume)) return { commands: [], why: 'others made it' }
  if (deletionTimestamp === undefined) {
    if (!deletes || volume.status?.phase !== 'Released') return { commands: [], why: 'it stays' }
    const ref = { group: '', resource: PersistentVolume.resource, namespace: '', name }
    return {
      commands: [{ verb: 'delete', kind: PersistentVolume, ref, options: { preconditions: { uid } } }],
      why: 'its claim is gone',
    }
  }
  if (!finalizers.includes(localPath.finalizer)) return { commands: [], why: 'nothing of this keeps it' }
  if (volume.status?.phase === 'Bound') return { commands: [], why: 'its claim still has it' }
  const holder = deletes ? holderOf(cut, name) : undefined
  if (holder !== undefined) return { commands: [], why: `${holder} is to remove its directory` }
  const rest = finalizers.filter(each => each !== localPath.finalizer)
  return {
    commands: [amend(PersistentVolume, volume, { metadata: { finalizers: rest } })],
    why: deletes ? 'no node has its directory' : 'its directory is left as it is',
  }
}

const holderOf = (cut: Cut, name: string): string | undefined =>
  cut.list(Node).find(({ status }) => status?.volumesInUse?.includes(localPathInUse(name)))?.metadata.name
