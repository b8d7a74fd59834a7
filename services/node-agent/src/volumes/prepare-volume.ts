import { chmod, mkdir } from 'node:fs/promises'
import type { Pod, Volume } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { volumeDirectory } from '../files/layout.ts'
import { wholeValue } from '../resources/quantity.ts'
import { writeAtomically } from './atomic-writer.ts'
import type { Payload } from './atomic-writer.ts'
import { checkHostPath } from './host-path.ts'
import { belongsToGroup, giveToGroup } from './ownership.ts'
import { configMapFiles, defaultMode, downwardFiles, secretFiles } from './payload.ts'
import { projectedFiles } from './projected.ts'
import { mountTmpfs } from './tmpfs.ts'
import type { VolumeSources } from './volume-sources.ts'

/** Where a prepared volume is on this machine. */
export type VolumeHome = string

/** Brings one volume in place, or up to date. Refused in the kubelet's words. */
export const prepareVolume = async (
  pod: Pod,
  volume: Volume,
  sources: VolumeSources,
): Promise<Either<string, VolumeHome>> => {
  const uid = pod.metadata?.uid ?? ''
  const files = async (
    type: 'configmap' | 'secret' | 'downward-api' | 'projected',
    payload: Either<string, Payload>,
  ): Promise<Either<string, VolumeHome>> => {
    if (E.isLeft(payload)) return payload
    const home = volumeDirectory(sources.layout, uid, type, volume.name)
    await writeAtomically(home, payload.right, sources.clock.now(), pod.spec?.securityContext?.fsGroup)
    return E.right(home)
  }
  if (volume.emptyDir)
    return emptyDirectory(pod, volume.emptyDir, volumeDirectory(sources.layout, uid, 'empty-dir', volume.name))
  if (volume.hostPath) {
    const checked = await checkHostPath(volume.hostPath.path, volume.hostPath.type ?? '')
    return E.isLeft(checked) ? checked : E.right(volume.hostPath.path)
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
  const [type = 'unknown'] = Object.keys(volume).filter(key => key !== 'name')
  return E.left(`volumes of type ${type} are not supported by this node`)
}

const emptyDirectory = async (
  pod: Pod,
  source: NonNullable<Volume['emptyDir']>,
  home: VolumeHome,
): Promise<Either<string, VolumeHome>> => {
  await mkdir(home, { recursive: true })
  if (source.medium?.startsWith('HugePages'))
    return E.left(`emptyDir of medium ${source.medium} is not supported by this node`)
  if (source.medium === 'Memory') {
    const mounted = await mountTmpfs(home, wholeValue(source.sizeLimit))
    if (E.isLeft(mounted)) return E.left(`emptyDir of medium Memory: tmpfs cannot be mounted here: ${mounted.left}`)
  }
  const group = pod.spec?.securityContext?.fsGroup
  await chmod(home, 0o777)
  if (group !== undefined && !(await belongsToGroup(home, group))) {
    await giveToGroup(home, group)
    await chmod(home, 0o2777)
  }
  return E.right(home)
}
