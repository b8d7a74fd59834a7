import { realpath, stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { reachesNode } from '@periplus/kinds'
import type { Node, PersistentVolume, PersistentVolumeSpec, Pod, Volume } from '@periplus/kinds'
import type { Stored } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { CsiVolumes } from '../csi/csi-volumes.ts'
import { volumeDirectory } from '../files/layout.ts'
import type { Layout } from '../files/layout.ts'
import { checkHostPath } from './host-path.ts'
import type { LocalPathVolumes } from './local-path.ts'
import { prepareNfs } from './nfs.ts'
import { giveToGroup } from './ownership.ts'

export interface PersistentSources {
  readonly layout: Layout
  /** The node itself, as the log has it. */
  readonly node: () => Node | undefined
  /** Absent: there is no such provisioner's directory here. */
  readonly localPath?: LocalPathVolumes
  /** Absent: no storage drivers are looked for here. */
  readonly csi?: CsiVolumes
  /** Nobody needs the volume any more. */
  readonly signal: AbortSignal
}

/** Brings a persistent volume in place for one of a pod's volumes: where it is on this machine. Refused in the kubelet's words. */
export const preparePersistent = async (
  pod: Pod,
  volume: Stored<PersistentVolume>,
  { layout, node, localPath, csi, signal }: PersistentSources,
  wanted: Volume,
): Promise<Either<string, string>> => {
  const { spec = {} } = volume
  const here = node()
  if (here && !reachesNode(volume, here)) return E.left('no matching NodeSelectorTerms')
  if (spec.csi && csi) return csi.prepare(pod, wanted, volume, signal)
  if (spec.volumeMode === 'Block')
    return spec.local ? localDevice(spec.local.path) : notHere(spec, ' and volumeMode Block')
  if (spec.nfs) {
    const readOnly = wanted.persistentVolumeClaim?.readOnly ?? false
    const directory = volumeDirectory(layout, pod.metadata?.uid ?? '', 'nfs', volume.metadata.name)
    return prepareNfs({ source: spec.nfs, readOnly, options: spec.mountOptions ?? [] }, directory, signal)
  }
  if (spec.hostPath) {
    const { path, type = '' } = spec.hostPath
    const checked = await checkHostPath(path, type)
    return E.isLeft(checked) ? checked : E.right(path)
  }
  if (spec.local) {
    const made = await localPath?.ensure(volume)
    return made && E.isLeft(made) ? made : localVolume(pod, spec.local.path)
  }
  return notHere(spec)
}

const notHere = (spec: PersistentVolumeSpec, more = ''): Either<string, never> => {
  const [type] = Object.entries(spec).flatMap(([key, value]) => (sourceTypes.has(key) && value ? [key] : []))
  return E.left(`persistent volumes of type ${type ?? 'unknown'}${more} are not supported by this node`)
}

/** A device that somebody has put there. */
const localDevice = async (path: string): Promise<Either<string, string>> => {
  if (!isAbsolute(path) || path.split('/').includes('..')) return E.left(`invalid path: ${path}`)
  // The device itself: what a link leads to may change before a container has it.
  const real = await realpath(path).catch(() => undefined)
  if (real === undefined) return E.left(`path ${JSON.stringify(path)} does not exist`)
  return (await stat(real)).isBlockDevice() ? E.right(real) : E.left(`${path} is not a block device`)
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
  'awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk glusterfs hostPath iscsi nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume'.split(
    ' ',
  ),
)
