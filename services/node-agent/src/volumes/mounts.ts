import { isAbsolute, join } from 'node:path'
import type { Container, Pod, Volume, VolumeMount } from '@periplus/kinds'
import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Device, Mount } from '@periplus/runtime'
import { expand } from '../env/expand.ts'
import { makeNestedMountPoints } from './nested-mounts.ts'
import type { NestingMount } from './nested-mounts.ts'
import { isRecursive } from './recursive-read-only.ts'
import { showSubPath } from './sub-path.ts'
import type { SubPath } from './sub-path.ts'

export interface VolumePlaces {
  /** Where each volume is. */
  readonly homes: ReadonlyMap<string, string>
  /** Where the node shows what a container mounts of a volume, by the order of its mounts. */
  readonly placeOf: (volume: string, index: number) => string
  /** The runtime makes read-only mounts so with all that is mounted below. */
  readonly canRecurse: boolean
}

/** A container's volume mounts on this machine. Refused in the kubelet's words. */
export const volumeMounts = async (
  pod: Pod,
  container: Container,
  { homes, placeOf, canRecurse }: VolumePlaces,
  env: ReadonlyMap<string, string>,
): Promise<Either<string, readonly Mount[]>> => {
  const mounts: Mount[] = []
  const nesting: NestingMount[] = []
  const unwritable = new Set((pod.spec?.volumes ?? []).filter(isReadOnly).map(({ name }) => name))
  const written = new Set((pod.spec?.volumes ?? []).filter(isWritten).map(({ name }) => name))
  const images = new Set((pod.spec?.volumes ?? []).filter(({ image }) => image).map(({ name }) => name))
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const home = homes.get(mount.name)
    if (home === undefined)
      return E.left(`cannot find volume "${mount.name}" to mount into container "${container.name}"`)
    const place = { home, place: placeOf(mount.name, index), fixed: images.has(mount.name) }
    const source = await sourceOf(mount, place, env)
    if (E.isLeft(source)) return source
    const recursive = isRecursive(mount, canRecurse)
    if (E.isLeft(recursive)) return recursive
    const containerPath = isAbsolute(mount.mountPath) ? mount.mountPath : join('/', mount.mountPath)
    const isWhole = source.right === home
    nesting.push({
      ...{ containerPath, hostPath: source.right },
      writtenHome: isWhole && written.has(mount.name) ? home : undefined,
    })
    mounts.push({
      ...{ containerPath, hostPath: source.right },
      // What a runtime makes read-only it mounts anew, without the flags that keep an image's files from being run.
      readOnly: !images.has(mount.name) && (unwritable.has(mount.name) || (mount.readOnly ?? false)),
      ...(recursive.right && !images.has(mount.name) ? { recursiveReadOnly: true } : {}),
      propagation: propagationOf(mount.mountPropagation),
    })
  }
  try {
    await makeNestedMountPoints(nesting)
  } catch (error) {
    return E.left(`failed to make the places of mounts of container "${container.name}": ${messageOf(error)}`)
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
  { home, ...more }: Pick<SubPath, 'home' | 'place' | 'fixed'>,
  env: ReadonlyMap<string, string>,
): Promise<Either<string, string>> => {
  const path = mount.subPathExpr ? expand(mount.subPathExpr, name => env.get(name)) : (mount.subPath ?? '')
  if (path === '') return E.right(home)
  if (mount.subPathExpr && /\$\(/.test(path)) return E.left(`failed to expand subPath for volumeMount "${mount.name}"`)
  const shared = propagationOf(mount.mountPropagation) === 'bidirectional'
  const shown = await showSubPath({ home, ...more, path, shared }).catch((error: unknown) => E.left(messageOf(error)))
  return E.mapLeft((why: string) => `failed to prepare subPath for volumeMount "${mount.name}" of container: ${why}`)(
    shown,
  )
}

/** What the pod wants so, and what the node itself writes: what containers wrote there would be lost with the source's next change. */
const isReadOnly = (volume: Volume): boolean => isWritten(volume) || volume.persistentVolumeClaim?.readOnly === true

const isWritten = ({ configMap, secret, downwardAPI, projected }: Volume): boolean =>
  Boolean(configMap ?? secret ?? downwardAPI ?? projected)

const propagationOf = (text: string | undefined): Mount['propagation'] =>
  text === 'HostToContainer' ? 'host-to-container' : text === 'Bidirectional' ? 'bidirectional' : 'private'
