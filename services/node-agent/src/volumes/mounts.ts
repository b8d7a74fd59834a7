import { isAbsolute, join } from 'node:path'
import type { Container, Pod, Volume, VolumeMount } from '@periplus/kinds'
import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Device, Mount } from '@periplus/runtime'
import { expand } from '../env/expand.ts'
import { showSubPath } from './sub-path.ts'

export interface VolumePlaces {
  /** Where each volume is. */
  readonly homes: ReadonlyMap<string, string>
  /** Where the node shows what a container mounts of a volume, by the order of its mounts. */
  readonly placeOf: (volume: string, index: number) => string
}

/** A container's volume mounts on this machine. Refused in the kubelet's words. */
export const volumeMounts = async (
  pod: Pod,
  container: Container,
  { homes, placeOf }: VolumePlaces,
  env: ReadonlyMap<string, string>,
): Promise<Either<string, readonly Mount[]>> => {
  const mounts: Mount[] = []
  const unwritable = new Set((pod.spec?.volumes ?? []).filter(isReadOnly).map(({ name }) => name))
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const home = homes.get(mount.name)
    if (home === undefined)
      return E.left(`cannot find volume "${mount.name}" to mount into container "${container.name}"`)
    const source = await sourceOf(mount, home, placeOf(mount.name, index), env)
    if (E.isLeft(source)) return source
    mounts.push({
      containerPath: isAbsolute(mount.mountPath) ? mount.mountPath : join('/', mount.mountPath),
      hostPath: source.right,
      readOnly: unwritable.has(mount.name) || (mount.readOnly ?? false),
      propagation: propagationOf(mount.mountPropagation),
    })
  }
  return E.right(mounts)
}

/** A container's volumes that are devices, under the names that it wants. */
export const volumeDevices = (
  pod: Pod,
  container: Container,
  homes: ReadonlyMap<string, string>,
): readonly Device[] => {
  const unwritable = new Set((pod.spec?.volumes ?? []).filter(isReadOnly).map(({ name }) => name))
  return (container.volumeDevices ?? []).flatMap(({ name, devicePath }) => {
    const hostPath = homes.get(name)
    return hostPath === undefined ? [] : [{ containerPath: devicePath, hostPath, readOnly: unwritable.has(name) }]
  })
}

const sourceOf = async (
  mount: VolumeMount,
  home: string,
  place: string,
  env: ReadonlyMap<string, string>,
): Promise<Either<string, string>> => {
  const path = mount.subPathExpr ? expand(mount.subPathExpr, name => env.get(name)) : (mount.subPath ?? '')
  if (path === '') return E.right(home)
  if (mount.subPathExpr && /\$\(/.test(path)) return E.left(`failed to expand subPath for volumeMount "${mount.name}"`)
  const shared = propagationOf(mount.mountPropagation) === 'bidirectional'
  const shown = await showSubPath({ home, path, place, shared }).catch((error: unknown) => E.left(messageOf(error)))
  return E.mapLeft((why: string) => `failed to prepare subPath for volumeMount "${mount.name}" of container: ${why}`)(
    shown,
  )
}

/** What the pod wants so, and what the node itself writes: what containers wrote there would be lost with the source's next change. */
const isReadOnly = (volume: Volume): boolean =>
  Boolean(volume.configMap ?? volume.secret ?? volume.downwardAPI ?? volume.projected) ||
  volume.persistentVolumeClaim?.readOnly === true

const propagationOf = (text: string | undefined): Mount['propagation'] =>
  text === 'HostToContainer' ? 'host-to-container' : text === 'Bidirectional' ? 'bidirectional' : 'private'
