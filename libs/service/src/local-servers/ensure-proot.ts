import { execFile } from 'node:child_process'
import { chmod, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { unpackDebianPackages } from './debian-packages.ts'
import type { EnsureServerOptions } from './ensure-nats-server.ts'
import { findOnPath, isExecutable } from './executable.ts'

const run = promisify(execFile)

const works = (path: string): Promise<boolean> =>
  run(path, ['-r', '/', '/bin/true']).then(
    () => true,
    () => false,
  )

const loaders: Readonly<Record<string, string>> = {
  x64: '/lib64/ld-linux-x86-64.so.2',
  arm64: '/lib/ld-linux-aarch64.so.1',
}

/** Names the libraries beside it to the loader, not in the environment, which the traced programs would inherit. */
const writeLauncher = async (directory: string, loader: string): Promise<string> => {
  const libraries = (await readdir(join(directory, 'usr/lib'), { withFileTypes: true }).catch(() => []))
    .filter(entry => entry.isDirectory() && entry.name.endsWith('-gnu'))
    .map(entry => join(directory, 'usr/lib', entry.name))
  const launcher = join(directory, 'proot')
  const path = libraries.join(':')
  await writeFile(launcher, `#!/bin/sh\nexec ${loader} --library-path "${path}" "${directory}/usr/bin/proot" "$@"\n`)
  await chmod(launcher, 0o755)
  return launcher
}

/**
 * The path of a proot that works: the machine's own, else one unpacked from this Debian's packages. It gives a process another
 * root directory without privileges, through ptrace. Left: one line that says why it cannot be had.
 */
export const ensureProot = async ({
  tools,
  say,
}: Omit<EnsureServerOptions, 'override'>): Promise<Either<string, string>> => {
  const own = await findOnPath('proot')
  if (own && (await works(own))) return E.right(own)
  const directory = join(tools, 'proot')
  const launcher = join(directory, 'proot')
  if ((await isExecutable(launcher)) && (await works(launcher))) return E.right(launcher)
  const loader = loaders[process.arch]
  if (loader === undefined) return E.left(`no proot for ${process.arch}`)
  say(`installing proot from this machine's Debian into ${directory}`)
  const unpacked = await unpackDebianPackages({ names: ['proot'], into: directory })
  if (E.isLeft(unpacked)) return E.left(`no proot (${unpacked.left})`)
  await writeLauncher(directory, loader)
  return (await works(launcher)) ? E.right(launcher) : E.left('proot does not run here')
}
