import { readFile } from 'node:fs/promises'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { runTool } from '../files/run-tool.ts'

/** Memory as a directory. */
export interface Tmpfs {
  /** 0: the kernel's usual half of the memory. */
  readonly sizeBytes: number
  readonly mode: number
  readonly group: number
}

export const mountTmpfs = (directory: string, { sizeBytes, mode, group }: Tmpfs): Promise<Either<string, void>> => {
  const options = [`mode=${mode.toString(8)}`, `gid=${group}`, ...(sizeBytes > 0 ? [`size=${sizeBytes}`] : [])]
  return runTool('mount', ['-t', 'tmpfs', '-o', options.join(), 'tmpfs', directory])
}

/**
 * Shows a file or directory at another place too: the very one that `source` leads to, as the kernel reads it at that moment. What is
 * mounted below either of them later stays there; `shared` lets such mounts come and go at both, as a peer of the source.
 */
export const bind = (source: string, place: string, shared: boolean): Promise<Either<string, void>> =>
  runTool('mount', ['--no-canonicalize', '--bind', ...(shared ? [] : ['--make-slave']), source, place])

/** Unmounts all that is at one such place; what is mounted below it goes with it, and not from where it came. */
export const unbind = async (place: string): Promise<Either<string, void>> => {
  while (await isMountPoint(place)) {
    const alone = await runTool('mount', ['--make-rprivate', place])
    if (E.isLeft(alone)) return alone
    const done = await runTool('umount', ['--lazy', '--no-canonicalize', place])
    if (E.isLeft(done)) return done
  }
  return E.right(undefined)
}

export const unmount = async (directory: string): Promise<Either<string, void>> =>
  (await isMountPoint(directory)) ? runTool('umount', ['--no-canonicalize', directory]) : E.right(undefined)

export const isMountPoint = async (directory: string): Promise<boolean> => (await mountPoints()).includes(directory)

/**
 * Lets what is mounted below a directory come and go in containers that mount it with propagation, as storage drivers do. Where the mount
 * that it is on is shared already, as on most machines, that is so by itself; elsewhere the directory becomes a mount of its own.
 */
export const shareMounts = async (directory: string): Promise<Either<string, void>> => {
  const all = await mounts()
  const [around] = all
    .filter(({ path }) => path === '/' || `${directory}/`.startsWith(`${path}/`))
    .sort((a, b) => b.path.length - a.path.length)
  if (around?.isShared) return E.right(undefined)
  if (around?.path !== directory) {
    // They would be below the new mount, where nobody sees them.
    if (all.some(({ path }) => path.startsWith(`${directory}/`)))
      return E.left('volumes are mounted there already; they are shared from the next start of the machine on')
    const bound = await runTool('mount', ['--no-canonicalize', '--bind', directory, directory])
    if (E.isLeft(bound)) return bound
  }
  return runTool('mount', ['--make-shared', directory])
}

/** Where this process sees something mounted. */
export const mountPoints = async (): Promise<readonly string[]> => (await mounts()).map(({ path }) => path)

/** The mounts of this process, the newest last (proc_pid_mountinfo(5)). */
const mounts = async (): Promise<readonly { readonly path: string; readonly isShared: boolean }[]> =>
  (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').flatMap(line => {
    const [, , , , path, , ...rest] = line.split(' ')
    if (path === undefined) return []
    const marks = rest.slice(0, rest.indexOf('-'))
    return {
      path: path.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))),
      isShared: marks.some(mark => mark.startsWith('shared:')),
    }
  })
