import { stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import type { PersistentVolume, Pod } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { checkHostPath } from './host-path.ts'
import { giveToGroup } from './ownership.ts'

/** Brings a persistent volume in place: where it is on this machine. Refused in the kubelet's words. */
export const preparePersistent = async (pod: Pod, { spec = {} }: PersistentVolume): Promise<Either<string, string>> => {
  if (spec.volumeMode === 'Block') return E.left('volumes of volumeMode Block are not supported by this node')
  if (spec.hostPath) {
    const { path, type = '' } = spec.hostPath
    const checked = await checkHostPath(path, type)
    return E.isLeft(checked) ? checked : E.right(path)
  }
  if (spec.local) return localVolume(pod, spec.local.path)
  const type = Object.keys(spec).find(key => sourceTypes.has(key))
  return E.left(`persistent volumes of type ${type ?? 'unknown'} are not supported by this node`)
}

/** A directory that somebody has made on this very node. */
const localVolume = async (pod: Pod, path: string): Promise<Either<string, string>> => {
  if (!isAbsolute(path) || path.split('/').includes('..')) return E.left(`invalid path: ${path}`)
  const found = await stat(path).catch(() => undefined)
  if (!found) return E.left(`path ${JSON.stringify(path)} does not exist`)
  if (!found.isDirectory()) return E.left(`path ${JSON.stringify(path)} is not a directory`)
  const { fsGroup, fsGroupChangePolicy } = pod.spec?.securityContext ?? {}
  if (fsGroup !== undefined) await giveToGroup(path, Number(fsGroup), fsGroupChangePolicy === 'OnRootMismatch')
  return E.right(path)
}

/** Every source that Kubernetes has for a persistent volume. */
const sourceTypes: ReadonlySet<string> = new Set(
  'awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk glusterfs iscsi nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume'.split(
    ' ',
  ),
)
