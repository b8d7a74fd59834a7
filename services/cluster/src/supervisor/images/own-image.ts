import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { lstat, readFile, readdir, readlink, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import {
  debianRoot,
  directory,
  file,
  layoutArchive,
  ociImage,
  searchPath,
  symlink,
  unpackPackages,
} from '@periplus/images'
import type { FileTree } from '@periplus/images'

const run = promisify(execFile)

/** What the image is made of, besides Debian packages of this machine's release: paths of programs, and of a checkout that was built. */
export interface OwnImageParts {
  readonly checkout: string
  readonly node: string
  readonly natsServer: string
  readonly kubectl: string
  /** The layout of the stand-ins, which need apt to be built. */
  readonly standIns: string
}

/** What `containerd` calls it; `docker` and `podman` leave the registry out. */
export const ownImageName = 'docker.io/library/periplus:latest'

/** What it runs besides: Redis, roots for plain processes, and what `bin/periplus` is written in. */
const packages = [
  'redis-server',
  'proot',
  'dash',
  'coreutils',
  'findutils',
  'sed',
  'tar',
  'gzip',
  'util-linux',
  'mount',
]

/** For maintainers' scripts and for init systems. */
const leaveOut = [
  'adduser',
  'base-files',
  'debconf',
  'debianutils',
  'init-system-helpers',
  'lsb-base',
  'passwd',
  'procps',
  'sysvinit-utils',
]

/** The packages that bring the libraries which a program loads. */
const librariesOf = async (program: string): Promise<readonly string[]> => {
  const { stdout } = await run('ldd', [program])
  // `name => /path (address)`, or the path alone.
  const last = stdout.split('\n').map(line => line.split('=>').at(-1)?.trim().split(' ', 1)[0] ?? '')
  const paths = last.filter(path => path.startsWith('/'))
  const owners = await Promise.all(paths.map(async path => ownerOf(await realpath(path))))
  return [...new Set(owners)].sort()
}

/** Of a Debian where `/lib` is a link into `/usr`, packages may say either. */
const ownerOf = async (path: string): Promise<string> => {
  for (const name of [path, path.replace(/^\/usr/, ''), `/usr${path}`])
    try {
      return (await run('dpkg-query', ['-S', name])).stdout.replace(/[:,].*/s, '')
    } catch {
      // It is none of its names.
    }
  throw new Error(`${path} is of no Debian package`)
}

/** Adds a file, or all of a directory, as it lies on the disk. */
const add = async (tree: FileTree, from: string, to: string): Promise<void> => {
  const found = await lstat(from)
  if (found.isDirectory()) for (const name of await readdir(from)) await add(tree, join(from, name), join(to, name))
  else if (found.isSymbolicLink()) tree.set(to, symlink(await readlink(from)))
  else if (found.isFile()) tree.set(to, file(await readFile(from), found.mode & 0o111 ? 0o755 : 0o644))
}

interface Lockfile {
  readonly packages: Readonly<
    Record<string, { readonly dev?: boolean; readonly devOptional?: boolean; readonly link?: boolean }>
  >
}

/** Directories of npm packages that the product needs when it runs: what it is bundled of is not among them. */
const npmPackages = async (checkout: string): Promise<readonly string[]> => {
  const lock = JSON.parse(await readFile(join(checkout, 'package-lock.json'), 'utf8')) as Lockfile
  const wanted = Object.entries(lock.packages).filter(
    ([path, { dev, devOptional, link }]) => path.startsWith('node_modules/') && !dev && !devOptional && !link,
  )
  return wanted.map(([path]) => path).filter(path => existsSync(join(checkout, path)))
}

const addCheckout = async (tree: FileTree, checkout: string): Promise<void> => {
  const place = 'opt/periplus'
  for (const path of [
    'bin',
    'deploy',
    'LICENSE',
    'package.json',
    'package-lock.json',
    ...(await npmPackages(checkout)),
  ])
    await add(tree, join(checkout, path), join(place, path))
  // Programs that tests and benchmarks have bundled lie in directories below it.
  for (const entry of await readdir(join(checkout, 'dist'), { withFileTypes: true }))
    if (entry.isFile()) await add(tree, join(checkout, 'dist', entry.name), join(place, 'dist', entry.name))
}

/**
 * An archive (OCI layout, as containerd, podman and docker take it) of one image that runs any role, or all of a cluster: this checkout as it was
 * built, this machine's Node, and Debian packages. Needs apt's mirror, no registry, no builder and no root. Left: what is lacking.
 */
export const ownImage = async ({
  checkout,
  node,
  natsServer,
  kubectl,
  standIns,
}: OwnImageParts): Promise<Either<string, Buffer>> => {
  try {
    const libraries = await librariesOf(node)
    const unpacked = await unpackPackages({ packages: [...new Set([...packages, ...libraries])], leaveOut })
    if (E.isLeft(unpacked)) return unpacked
    const tree = new Map(
      debianRoot(unpacked.right.tree, ['nobody:x:65534:65534:nobody:/nonexistent:/bin/false'], ['nogroup:x:65534:']),
    )
    tree.set('usr/bin/sh', symlink('dash'))
    tree.set('usr/bin/node', file(await readFile(node), 0o755))
    tree.set('usr/local/bin/nats-server', file(await readFile(natsServer), 0o755))
    tree.set('usr/local/bin/kubectl', file(await readFile(kubectl), 0o755))
    tree.set('var/lib/periplus', directory(0o700))
    // Docker and podman begin a volume with what is there.
    await add(tree, standIns, 'var/lib/periplus/images')
    await addCheckout(tree, checkout)
    const image = ociImage(tree, {
      Entrypoint: ['/opt/periplus/bin/periplus'],
      Cmd: ['supervise'],
      Env: [searchPath, 'PERIPLUS_HOME=/var/lib/periplus', 'PERIPLUS_RUNTIME=process'],
      Volumes: { '/var/lib/periplus': {} },
    })
    return E.right(layoutArchive(new Map([[ownImageName, image]])))
  } catch (error) {
    return E.left(messageOf(error))
  }
}
