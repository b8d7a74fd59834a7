import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { isDebian, unpackDebianPackages } from './debian-packages.ts'
import { findOnPath, isExecutable } from './executable.ts'

const run = promisify(execFile)

export interface EnsureServerOptions {
  /** Where what has to be brought is unpacked, once: `tools` of `PERIPLUS_HOME`. */
  readonly tools: string
  /** Told what is being installed, a line at a time. */
  readonly say: (line: string) => void
  /** The path that the operator set; used or refused, never replaced. Default: the environment's. */
  readonly override?: string | undefined
}

/** Oldest version that does what the log needs (sync_interval, stream metadata). */
const oldest = [2, 10] as const

const versionOf = async (path: string): Promise<string | undefined> => {
  const printed = await run(path, ['--version']).catch(() => undefined)
  return /v(\d+\.\d+\.\d+)/.exec(printed?.stdout ?? '')?.[1]
}

const isNewEnough = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
}

/**
 * Debian releases to take nats-server from, best first. sid's (2.12 or newer) has atomic batches, the only group commit there
 * is; trixie's is 2.10. Both need no more than the C library, so they run on older Debian as they are.
 */
const releases = ['sid', 'trixie'] as const

/**
 * The path of a nats-server of 2.10 or newer: the operator's, else the machine's own, else one unpacked from a Debian package.
 * Left: one line that says what is wrong and what to set.
 */
export const ensureNatsServer = async (options: EnsureServerOptions): Promise<Either<string, string>> => {
  const { tools, say, override = process.env['PERIPLUS_NATS_SERVER'] } = options
  if (override) {
    const version = await versionOf(override)
    if (version === undefined) return E.left(`PERIPLUS_NATS_SERVER=${override}: not a nats-server that runs here`)
    if (isNewEnough(version)) return E.right(override)
    return E.left(`PERIPLUS_NATS_SERVER=${override}: version ${version}; 2.10 or newer is needed`)
  }
  const own = await findOnPath('nats-server')
  const ownVersion = own && (await versionOf(own))
  if (own && ownVersion && isNewEnough(ownVersion)) return E.right(own)

  const directory = join(tools, 'nats-server')
  const path = join(directory, 'usr/sbin/nats-server')
  if ((await isExecutable(path)) && (await versionOf(path))) return E.right(path)
  const failures: string[] = (await isDebian()) ? [] : ['this is not Debian']
  for (const release of failures.length === 0 ? releases : []) {
    say(`installing nats-server from Debian ${release} into ${directory}`)
    const unpacked = await unpackDebianPackages({ names: ['nats-server'], release, into: directory })
    if (E.isLeft(unpacked)) {
      failures.push(`Debian ${release}: ${unpacked.left}`)
      say(`  none from Debian ${release}: ${unpacked.left}`)
      continue
    }
    const version = await versionOf(path)
    if (version && isNewEnough(version)) return E.right(path)
    failures.push(`the one of Debian ${release} does not run here`)
  }
  return E.left(
    `no nats-server of 2.10 or newer (${failures.join('; ')}): install one and set PERIPLUS_NATS_SERVER to its path`,
  )
}
