import { execFile } from 'node:child_process'
import { chmod, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { isDebian, unpackDebianPackages } from './debian-packages.ts'
import type { EnsureServerOptions } from './ensure-nats-server.ts'
import { findOnPath, isExecutable } from './executable.ts'

const run = promisify(execFile)

const runs = (path: string): Promise<boolean> =>
  run(path, ['--version']).then(
    ({ stdout }) => /v=\d/.test(stdout),
    () => false,
  )

/** The unpacked server needs libraries that were unpacked beside it. */
const writeLauncher = async (directory: string): Promise<string> => {
  const libraries = (await readdir(join(directory, 'usr/lib'), { withFileTypes: true }))
    .filter(entry => entry.isDirectory() && entry.name.endsWith('-gnu'))
    .map(entry => join(directory, 'usr/lib', entry.name))
  const launcher = join(directory, 'redis-server')
  const path = [...libraries, '${LD_LIBRARY_PATH:-}'].join(':')
  await writeFile(launcher, `#!/bin/sh\nLD_LIBRARY_PATH="${path}" exec "${directory}/usr/bin/redis-server" "$@"\n`)
  await chmod(launcher, 0o755)
  return launcher
}

/**
 * The path of a redis-server: the operator's, else the machine's own, else one unpacked from this Debian's packages. Left: one
 * line that says what is wrong and what to set.
 */
export const ensureRedisServer = async (options: EnsureServerOptions): Promise<Either<string, string>> => {
  const { tools, say, override = process.env['PERIPLUS_REDIS_SERVER'] } = options
  if (override)
    return (await runs(override))
      ? E.right(override)
      : E.left(`PERIPLUS_REDIS_SERVER=${override}: not a redis-server that runs here`)
  const own = await findOnPath('redis-server')
  if (own && (await runs(own))) return E.right(own)

  const directory = join(tools, 'redis-server')
  const launcher = join(directory, 'redis-server')
  if ((await isExecutable(launcher)) && (await runs(launcher))) return E.right(launcher)
  const missing = (reason: string): Either<string, string> =>
    E.left(`no redis-server (${reason}): install one and set PERIPLUS_REDIS_SERVER to its path`)
  if (!(await isDebian())) return missing('this is not Debian')
  say(`installing redis-server from this machine's Debian into ${directory}`)
  const unpacked = await unpackDebianPackages({ names: ['redis-server', 'redis-tools'], into: directory })
  if (E.isLeft(unpacked)) return missing(unpacked.left)
  const path = await writeLauncher(directory)
  return (await runs(path)) ? E.right(path) : missing('the unpacked one does not run here')
}
