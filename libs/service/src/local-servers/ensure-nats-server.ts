import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { isDebian, unpackDebianPackages } from './debian-packages.ts'
import { findOnPath, isExecutable } from './executable.ts'

const run = promisify(execFile)

/** Where a server's program comes from. */
export interface EnsureServerOptions {
  /** Where what has to be brought is unpacked, once: `tools` of `PERIPLUS_HOME`. */
  readonly tools: string
  /** Told what is being installed, a line at a time. */
  readonly say: (line: string) => void
  /** The path that the operator set; used or refused, never replaced. Default: the environment's. */
  readonly override?: string | undefined
}

/**
 * Oldest version that may keep the log. Of older ones some take a create for an object that is there, after a restart (2.12.7 to
 * 2.12.11), compact without syncing (before 2.14.6), or have no atomic batches (before 2.12).
 */
export const neededNats = '2.14.6'

const versionOf = async (path: string): Promise<string | undefined> => {
  const printed = await run(path, ['--version']).catch(() => undefined)
  return /v(\d+\.\d+\.\d+)/.exec(printed?.stdout ?? '')?.[1]
}

/** Major, minor and patch; of a pre-release only the three numbers count. */
const partsOf = (version: string): readonly number[] => version.split('-', 1).join().split('.').map(Number)

/** Whether a server of this version may keep the log. */
export const isNatsNewEnough = (version: string): boolean => {
  const needed = partsOf(neededNats)
  const parts = partsOf(version)
  const differing = needed.findIndex((part, place) => parts[place] !== part)
  return differing < 0 || (parts[differing] ?? NaN) > (needed[differing] ?? NaN)
}

/** The Debian release to take nats-server from: older ones' are too old. It needs the C library only, so it runs on them too. */
const release = 'sid'

/**
 * The path of a nats-server that is new enough: the operator's, else the machine's own, else one unpacked from a Debian package.
 * Left: one line that says what is wrong and what to set.
 */
export const ensureNatsServer = async (options: EnsureServerOptions): Promise<Either<string, string>> => {
  const { tools, override = process.env['PERIPLUS_NATS_SERVER'] } = options
  if (override) {
    const version = await versionOf(override)
    if (version === undefined) return E.left(`PERIPLUS_NATS_SERVER=${override}: not a nats-server that runs here`)
    if (isNatsNewEnough(version)) return E.right(override)
    return E.left(`PERIPLUS_NATS_SERVER=${override}: version ${version}; ${neededNats} or newer is needed`)
  }
  const own = await findOnPath('nats-server')
  const ownVersion = own && (await versionOf(own))
  if (own && ownVersion && isNatsNewEnough(ownVersion)) return E.right(own)

  const directory = join(tools, 'nats-server')
  const path = join(directory, 'usr/sbin/nats-server')
  if ((await isExecutable(path)) && isNatsNewEnough((await versionOf(path)) ?? '')) return E.right(path)
  const installed = await fromDebian(options, directory, path)
  return E.mapLeft(
    (why: string) =>
      `no nats-server of ${neededNats} or newer (${why}): install one and set PERIPLUS_NATS_SERVER to its path`,
  )(installed)
}

const fromDebian = async (
  { say }: EnsureServerOptions,
  directory: string,
  path: string,
): Promise<Either<string, string>> => {
  if (!(await isDebian())) return E.left('this is not Debian')
  say(`installing nats-server from Debian ${release} into ${directory}`)
  const unpacked = await unpackDebianPackages({ names: ['nats-server'], release, into: directory })
  if (E.isLeft(unpacked)) {
    say(`  none from Debian ${release}: ${unpacked.left}`)
    return E.left(`Debian ${release}: ${unpacked.left}`)
  }
  const version = await versionOf(path)
  if (version === undefined) return E.left(`the one of Debian ${release} does not run here`)
  return isNatsNewEnough(version) ? E.right(path) : E.left(`the one of Debian ${release} is ${version}`)
}
