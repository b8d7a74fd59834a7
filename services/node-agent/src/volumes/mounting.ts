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

/** Where this process sees something mounted. */
export const mountPoints = async (): Promise<readonly string[]> =>
  (await readFile('/proc/self/mountinfo', 'utf8'))
    .split('\n')
    .map(line => line.split(' ')[4])
    .filter(path => path !== undefined)
    .map(path => path.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))))
