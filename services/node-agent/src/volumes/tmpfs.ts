import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

const run = promisify(execFile)

/** Mounts memory at a directory, of so many bytes (0: the kernel's usual half of the memory). Already there: nothing happens. */
export const mountTmpfs = async (directory: string, sizeBytes: number): Promise<Either<string, void>> => {
  if (await isMountPoint(directory)) return E.right(undefined)
  const options = sizeBytes > 0 ? ['-o', `size=${sizeBytes}`] : []
  return attempt('mount', ['-t', 'tmpfs', ...options, 'tmpfs', directory])
}

export const unmount = async (directory: string): Promise<Either<string, void>> =>
  (await isMountPoint(directory)) ? attempt('umount', [directory]) : E.right(undefined)

export const isMountPoint = async (directory: string): Promise<boolean> => (await mountPoints()).includes(directory)

/** Where this process sees something mounted. */
export const mountPoints = async (): Promise<readonly string[]> =>
  (await readFile('/proc/self/mountinfo', 'utf8'))
    .split('\n')
    .map(line => line.split(' ')[4])
    .filter(path => path !== undefined)
    .map(path => path.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))))

const attempt = async (command: string, args: readonly string[]): Promise<Either<string, void>> => {
  try {
    await run(command, args)
    return E.right(undefined)
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    return E.left(said || (error instanceof Error ? error.message : String(error)))
  }
}
