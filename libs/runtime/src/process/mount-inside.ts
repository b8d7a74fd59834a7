import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Mount } from '../configuration.ts'
import { openBeneath } from '../files/open-beneath.ts'
import { runHere } from './run-here.ts'

export interface MountsInside {
  /** The container's files. */
  readonly root: string
  readonly mounts: readonly Mount[]
  /** Where what is to be mounted is made ready: nobody but the node may write there. */
  readonly stage: string
  /** A process in the mount namespace of the container; the machine's root is still its own. */
  readonly pid: number
}

/** The devices that an image brings are none: whoever made it could have given everybody the machine's disks. */
const withoutDevices = ['mount -c --bind "$1" "$1"', 'mount -c -o remount,bind,nodev "$1"']

/**
 * A /dev of its own, with the devices that harm nobody: what a container mounts below it (its termination log, for one) needs a
 * place that is not the machine's, and the machine's disks are none of its business.
 */
const devices = [
  'mount -c -t tmpfs -o nosuid,mode=755 tmpfs "$1"',
  'for name in null zero full random urandom tty; do',
  '[ -e "/dev/$name" ] || continue; : > "$1/$name"; mount -c --bind "/dev/$name" "$1/$name"; done',
  'mkdir "$1/pts" "$1/shm"; chmod 1777 "$1/shm"; mount -c --rbind /dev/pts "$1/pts"',
  'ln -s pts/ptmx "$1/ptmx"; ln -s /proc/self/fd "$1/fd"',
  'ln -s fd/0 "$1/stdin"; ln -s fd/1 "$1/stdout"; ln -s fd/2 "$1/stderr"',
  'mount -c --move "$1" "$2"',
]

/** Whole and with its flags before it is anywhere where the container could see it. */
const binding = [
  'mount -c --rbind "$3" "$1"',
  '[ "$4" = rw ] || mount -c -o remount,bind,ro "$1"',
  'mount -c --move "$1" "$2"',
]

/** Runs a script of the machine's own tools in the namespace. Its mount points are named so that no link is followed any more. */
const runInside = async (
  pid: number,
  script: readonly string[],
  args: readonly string[],
): Promise<Either<string, void>> => {
  const { exitCode, stderr } = await runHere('/usr/bin/nsenter', [
    ...[`--target=${pid}`, '--mount', '--', '/bin/sh', '-c', ['set -e', ...script].join('\n'), 'sh'],
    ...args,
  ])
  return exitCode === 0 ? E.right(undefined) : E.left(stderr.toString().trim())
}

/**
 * Makes a container's mounts, in their order. Each place is looked up as the container itself would see it, the mounts before it
 * included, and held open while something is mounted on it: in a volume, somebody else may be renaming directories and putting links in
 * their place, and a link to `/bin` would have the node run what is in the volume.
 */
export const mountInside = async ({ root, mounts, stage, pid }: MountsInside): Promise<Either<string, void>> => {
  const [stagedDirectory, stagedFile] = [join(stage, 'directory'), join(stage, 'file')]
  await mkdir(stagedDirectory, { recursive: true })
  await writeFile(stagedFile, '', { mode: 0o600 })

  const mountAt = async (
    place: string,
    isDirectory: boolean,
    script: readonly string[],
    args: readonly string[] = [],
  ): Promise<Either<string, void>> => {
    const way = { makeMissing: 0o755, endsInFile: !isDirectory, asRoot: true }
    const held = await openBeneath(`/proc/${pid}/root${root}`, place, way)
    if (E.isLeft(held)) return E.left(`${place} cannot be mounted on: ${held.left}`)
    try {
      const target = `/proc/${process.pid}/fd/${held.right.fd}`
      const staged = isDirectory ? stagedDirectory : stagedFile
      return E.mapLeft((said: string) => `${place} cannot be mounted: ${said}`)(
        await runInside(pid, script, [staged, target, ...args]),
      )
    } finally {
      await held.right.close()
    }
  }

  const steps = [
    () => runInside(pid, withoutDevices, [root]),
    () => mountAt('/dev', true, devices),
    ...['/proc', '/sys'].map(path => () => mountAt(path, true, binding, [path, 'rw'])),
    ...mounts.map(({ hostPath, containerPath, readOnly }) => async () => {
      const isDirectory = (await stat(hostPath)).isDirectory()
      return mountAt(containerPath, isDirectory, binding, [hostPath, readOnly ? 'ro' : 'rw'])
    }),
  ]
  for (const step of steps) {
    const done = await step().catch((error: unknown) => E.left(messageOf(error)))
    if (E.isLeft(done)) return done
  }
  return E.right(undefined)
}
