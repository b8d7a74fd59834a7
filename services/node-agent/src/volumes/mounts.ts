import { mkdir, realpath } from 'node:fs/promises'
import { isAbsolute, join, normalize } from 'node:path'
import type { Container, VolumeMount } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Mount } from '@periplus/runtime'
import { expand } from '../env/expand.ts'

/** A container's volume mounts on this machine; `homes` is where each volume is. Refused in the kubelet's words. */
export const volumeMounts = async (
  container: Container,
  homes: ReadonlyMap<string, string>,
  env: ReadonlyMap<string, string>,
): Promise<Either<string, readonly Mount[]>> => {
  const mounts: Mount[] = []
  for (const mount of container.volumeMounts ?? []) {
    const home = homes.get(mount.name)
    if (home === undefined)
      return E.left(`cannot find volume "${mount.name}" to mount into container "${container.name}"`)
    const source = await sourceOf(mount, home, env)
    if (E.isLeft(source)) return source
    mounts.push({
      containerPath: isAbsolute(mount.mountPath) ? mount.mountPath : join('/', mount.mountPath),
      hostPath: source.right,
      readOnly: mount.readOnly ?? false,
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
  if (isAbsolute(subPath) || normalize(subPath).split('/').includes('..'))
    return E.left(`subPath "${subPath}" must be a relative path without ".."`)
  const path = join(home, subPath)
  const root = await realpath(home)
  const found = await realpath(path).catch(() => undefined)
  if (found === undefined) await mkdir(path, { recursive: true, mode: 0o750 })
  // A link inside the volume must not lead out of it: the container could have put it there.
  const target = found ?? (await realpath(path))
  return target === root || target.startsWith(`${root}/`)
    ? E.right(target)
    : E.left(`failed to prepare subPath for volumeMount "${mount.name}" of container`)
}

const propagationOf = (text: string | undefined): Mount['propagation'] =>
  text === 'HostToContainer' ? 'host-to-container' : text === 'Bidirectional' ? 'bidirectional' : 'private'
