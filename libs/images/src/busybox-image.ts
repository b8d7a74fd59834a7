import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { busyboxApplets } from './busybox-links.ts'
import { unpackPackages } from './debian-packages.ts'
import { directory, file, symlink } from './file-tree.ts'
import type { FileTree } from './file-tree.ts'
import { ociImage } from './oci-image.ts'
import type { StandIn } from './stand-in.ts'

/** Debian's BusyBox, one static program under all its names in `/bin`, with the files and directories that the official image has. */
export const busyboxTree = async (): Promise<Either<string, FileTree>> =>
  E.map(({ root }: BusyboxRoot) => root)(await busyboxRoot())

/** As the official image: `sh` by default. */
export const busyboxImage = async (): Promise<Either<string, StandIn>> => {
  const built = await busyboxRoot()
  if (E.isLeft(built)) return built
  const { root, version } = built.right
  const image = ociImage(root, {
    Cmd: ['sh'],
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
  })
  return E.right({ repository: 'busybox', what: `BusyBox ${version} of Debian`, image })
}

interface BusyboxRoot {
  readonly root: FileTree
  readonly version: string
}

const busyboxRoot = async (): Promise<Either<string, BusyboxRoot>> => {
  const unpacked = await unpackPackages({ packages: ['busybox-static'], leaveOut: [] })
  if (E.isLeft(unpacked)) return E.left(`busybox: ${unpacked.left}`)
  const { tree, versions } = unpacked.right
  const program = tree.get('bin/busybox') ?? tree.get('usr/bin/busybox')
  if (program?.type !== 'file') return E.left('busybox: the package busybox-static brings no /bin/busybox')
  const root: FileTree = new Map([
    ['bin/busybox', program],
    ...(await busyboxApplets(program.content)).map(name => [`bin/${name}`, symlink('busybox')] as const),
    ['etc/passwd', file('root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n')],
    ['etc/group', file('root:x:0:\nnobody:x:65534:\n')],
    ['root', directory(0o700)],
    ['tmp', directory(0o1777)],
    ['home', directory(0o755, 65534, 65534)],
    ['usr/sbin', directory()],
    ['var/www', directory()],
    // Scripts of the field begin with `#!/usr/bin/env sh`.
    ['usr/bin/env', symlink('../../bin/busybox')],
    ...['dev', 'proc', 'sys'].map(path => [path, directory()] as const),
  ])
  const copyright = tree.get('usr/share/doc/busybox-static/copyright')
  if (copyright) root.set('usr/share/doc/busybox-static/copyright', copyright)
  return E.right({ root, version: versions['busybox-static'] ?? '' })
}
