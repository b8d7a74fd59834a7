import { execFile } from 'node:child_process'
import { mkdir, rmdir } from 'node:fs/promises'
import { isIPv6 } from 'node:net'
import { promisify } from 'node:util'
import type { NFSVolumeSource } from '@periplus/kinds'
import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { isMountPoint, unmount } from './mounting.ts'

const run = promisify(execFile)

/** A directory of an NFS server, as a pod wants it. */
export interface NfsWanted {
  readonly source: Pick<NFSVolumeSource, 'server' | 'path'>
  readonly readOnly: boolean
  /** A persistent volume's `mountOptions`. */
  readonly options: readonly string[]
}

/** What `mount` is asked, as by the kubelet: each option once, in order of name. Refused: it would be taken for options. */
export const nfsMountArguments = (
  { source: { server, path }, readOnly, options }: NfsWanted,
  home: string,
): Either<string, readonly string[]> => {
  if (server.startsWith('-')) return E.left(`invalid NFS server: ${JSON.stringify(server)}`)
  const all = [...new Set([...options.filter(option => option !== ''), ...(readOnly ? ['ro'] : [])])].sort()
  const from = `${isIPv6(server) ? `[${server}]` : server}:${path}`
  return E.right(['-t', 'nfs', ...(all.length > 0 ? ['-o', all.join()] : []), from, home])
}

/**
 * Mounts it for one pod, where the kernel and `mount.nfs` (Debian's nfs-common) do that; it goes with the pod, as all that is mounted
 * below its directory. Waits for the server for as long as `mount.nfs` does, or until nobody needs it any more (`signal`). Refused in
 * the kubelet's words.
 */
export const prepareNfs = async (
  wanted: NfsWanted,
  home: string,
  signal: AbortSignal,
): Promise<Either<string, string>> => {
  const args = nfsMountArguments(wanted, home)
  if (E.isLeft(args)) return args
  if (await isMountPoint(home)) return E.right(home)
  await mkdir(home, { recursive: true, mode: 0o750 })
  try {
    await run('mount', [...args.right], { signal })
    return E.right(home)
  } catch (error) {
    // What is half there is nobody's.
    await unmount(home)
    await rmdir(home).catch(() => undefined)
    return E.left(failureOf(error, args.right))
  }
}

const failureOf = (error: unknown, args: readonly string[]): string => {
  const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string }
  const status = typeof code === 'number' ? `exit status ${code}` : messageOf(error)
  return `mount failed: ${status}\nMounting command: mount\nMounting arguments: ${args.join(' ')}\nOutput: ${stdout}${stderr}`
}
