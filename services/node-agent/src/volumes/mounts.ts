import { isAbsolute, join } from 'node:path'
import type { Container, Pod, Volume, VolumeMount } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Mount } from '@periplus/runtime'
import { expand } from '../env/expand.ts'
import { subPathIn } from './sub-path.ts'

/** A container's volume mounts on this machine; `homes` is where each volume is. Refused in the kubelet's words. */
export const volumeMounts = async (
  pod: Pod,
  container: Container,
  homes: ReadonlyMap<string, string>,
  env: ReadonlyMap<string, string>,
): Promise<Either<string, readonly Mount[]>> => {
  const mounts: Mount[] = []
  const nodesOwn = new Set((pod.spec?.volumes ?? []).filter(isWrittenByNode).map(({ name }) => name))
  for (const mount of container.volumeMounts ?? []) {
    const home = homes.get(mount.name)
    if (home === undefined)
      return E.left(`cannot find volume "${mount.name}" to mount into container "${container.name}"`)
    const source = await sourceOf(mount, home, env)
    if (E.isLeft(source)) return source
    mounts.push({
      containerPath: isAbsolute(mount.mountPath) ? mount.mountPath : join('/', mount.mountPath),
      hostPath: source.right,
      readOnly: nodesOwn.has(mount.name) || (mount.readOnly ?? false),
      propagation: propagationOf(mount.mountPropagation),
    })
  }
  return E.right(mounts)
}

const sourceOf = async (
  mount: VolumeMount,
  home: string,
  env: ReadonlyMap<string, string>,
): Promise<Either<string, string>> => {
  const subPath = mount.subPathExpr ? expand(mount.subPathExpr, name => env.get(name)) : (mount.subPath ?? '')
  if (subPath === '') return E.right(home)
  if (mount.subPathExpr && /\$\(/.test(subPath))
    return E.left(`failed to expand subPath for volumeMount "${mount.name}"`)
  return subPathIn(home, subPath, mount.name)
}

/** Such volumes are read-only to containers: what they wrote would be lost with the next change of the source. */
const isWrittenByNode = (volume: Volume): boolean =>
  Boolean(volume.configMap ?? volume.secret ?? volume.downwardAPI ?? volume.projected)

const propagationOf = (text: string | undefined): Mount['propagation'] =>
  text === 'HostToContainer' ? 'host-to-container' : text === 'Bidirectional' ? 'bidirectional' : 'private'
