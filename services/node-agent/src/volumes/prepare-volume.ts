import { chmod, chown, lstat, mkdir, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Stored } from '@periplus/api'
import type { PersistentVolume, Pod, Volume } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { hostPathOf, ownDirectories, volumeDirectory } from '../files/layout.ts'
import { wholeValue } from '../resources/quantity.ts'
import { writeAtomically } from './atomic-writer.ts'
import type { Payload } from './atomic-writer.ts'
import { checkHostPath } from './host-path.ts'
import { configMapFiles, defaultMode, downwardFiles, secretFiles } from './payload.ts'
import { preparePersistent } from './persistent.ts'
import { prepareNfs } from './nfs.ts'
import { projectedFiles } from './projected.ts'
import { isMountPoint, mountTmpfs } from './mounting.ts'
import type { VolumeSources } from './volume-sources.ts'

/** Where a prepared volume is on this machine. */
export type VolumeHome = string

/** Brings one volume in place, or up to date. `claimed`: what is behind one that is a claim. Refused in the kubelet's words. */
export const prepareVolume = async (
  pod: Pod,
  volume: Volume,
  sources: VolumeSources,
  claimed?: Stored<PersistentVolume>,
): Promise<Either<string, VolumeHome>> => {
  if (claimed) return preparePersistent(pod, claimed, sources, volume)
  const uid = pod.metadata?.uid ?? ''
  const files = async (
    type: 'configmap' | 'secret' | 'downward-api' | 'projected',
    payload: Either<string, Payload>,
  ): Promise<Either<string, VolumeHome>> => {
    if (E.isLeft(payload)) return payload
    const home = volumeDirectory(sources.layout, uid, type, volume.name)
    const fsGroup = fsGroupOf(pod)
    const written = await writeAtomically(home, payload.right, sources.clock.now(), fsGroup)
    return E.isLeft(written) ? written : E.right(home)
  }
  if (volume.emptyDir)
    return emptyDirectory(pod, volume.emptyDir, volumeDirectory(sources.layout, uid, 'empty-dir', volume.name))
  if (volume.hostPath) {
    const { path, isOwn } = hostPathOf(sources.layout, volume.hostPath.path)
    if (isOwn && ownDirectories.has(volume.hostPath.path)) await mkdir(path, { recursive: true })
    const checked = await checkHostPath(path, volume.hostPath.type ?? '')
    return E.isLeft(checked) ? checked : E.right(path)
  }
  if (volume.configMap) {
    const { name = '', items, defaultMode: mode = defaultMode, optional = false } = volume.configMap
    return files('configmap', configMapFiles(sources.configMap(name), name, { items, mode, optional }))
  }
  if (volume.secret) {
    const { secretName = '', items, defaultMode: mode = defaultMode, optional = false } = volume.secret
    return files('secret', secretFiles(sources.secret(secretName), secretName, { items, mode, optional }))
  }
  if (volume.downwardAPI) {
    const { items = [], defaultMode: mode = defaultMode } = volume.downwardAPI
    return files('downward-api', downwardFiles(pod, sources.place, sources.allocatable, items, mode))
  }
  if (volume.projected) return files('projected', await projectedFiles(pod, volume.projected, sources))
  // Empty until the first container that mounts it is about to be made: its image may have to be pulled.
  if (volume.image) {
    const home = volumeDirectory(sources.layout, uid, 'image', volume.name)
    await mkdir(home, { recursive: true })
    return E.right(home)
  }
  if (volume.nfs) {
    const { readOnly = false } = volume.nfs
    const home = volumeDirectory(sources.layout, uid, 'nfs', volume.name)
    return prepareNfs({ source: volume.nfs, readOnly, options: [] }, home, sources.signal)
  }
  if (volume.csi && sources.csi) return sources.csi.prepare(pod, volume, undefined, sources.signal)
  const [type = 'unknown'] = Object.keys(volume).filter(key => key !== 'name')
  return E.left(`volumes of type ${type} are not supported by this node`)
}

const fsGroupOf = ({ spec }: Pod): number | undefined => {
  const group = spec?.securityContext?.fsGroup
  return group === undefined ? undefined : Number(group)
}

/** Made with its mode and owner before any container sees it; what containers make of it afterwards stays. */
const emptyDirectory = async (
  pod: Pod,
  source: NonNullable<Volume['emptyDir']>,
  home: VolumeHome,
): Promise<Either<string, VolumeHome>> => {
  if (source.medium?.startsWith('HugePages'))
    return E.left(`emptyDir of medium ${source.medium} is not supported by this node`)
  const fsGroup = fsGroupOf(pod)
  const [mode, group] = fsGroup === undefined ? ([0o777, 0] as const) : ([0o2777, fsGroup] as const)
  if (source.medium === 'Memory') {
    await mkdir(home, { recursive: true })
    if (await isMountPoint(home)) return E.right(home)
    const mounted = await mountTmpfs(home, { sizeBytes: wholeValue(source.sizeLimit), mode, group })
    return E.isRight(mounted)
      ? E.right(home)
      : E.left(`emptyDir of medium Memory: tmpfs cannot be mounted here: ${mounted.left}`)
  }
  if (await lstat(home).catch(() => undefined)) return E.right(home)
  // No volume has a dot in its name.
  const unfinished = join(dirname(home), `.${basename(home)}`)
  await mkdir(unfinished, { recursive: true })
  if (fsGroup !== undefined) await chown(unfinished, -1, group)
  await chmod(unfinished, mode)
  await rename(unfinished, home)
  return E.right(home)
}
