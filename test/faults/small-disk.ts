import { execFileSync } from 'node:child_process'
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A disk of a few hundred MiB, which fills up at once. Needs root. */
export interface SmallDisk {
  readonly directory: string
  /** Writes a file until nothing more fits. */
  fill(): void
  /** Removes what filled it. */
  empty(): void
  remove(): void
}

const quietly = { stdio: ['ignore', 'ignore', 'pipe'] as ('ignore' | 'pipe')[] }

const mountOne = (image: string, directory: string, mebibytes: number): void => {
  try {
    const descriptor = openSync(image, 'w', 0o600)
    ftruncateSync(descriptor, mebibytes * 1024 ** 2)
    closeSync(descriptor)
    execFileSync('mkfs.ext4', ['-q', '-m', '0', image], quietly)
    execFileSync('mount', ['-o', 'loop', image, directory], quietly)
  } catch {
    // No loop devices here.
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'periplus-test', directory], quietly)
  }
}

/** Down to the last kibibyte: a file system may have room for a small write where it has none for a large one. */
const writeUntilFull = (path: string): void => {
  const { bavail, bsize } = statfsSync(dirname(path))
  // Where much is free, most of it goes without writing it.
  if (bavail * bsize > 1024 ** 3 / 4)
    execFileSync('fallocate', ['-l', String(bavail * bsize - 1024 ** 3 / 8), path], quietly)
  const descriptor = openSync(path, 'a', 0o600)
  try {
    for (let bytes = 1024 ** 2; bytes >= 1024;)
      try {
        writeSync(descriptor, Buffer.alloc(bytes, 0x78))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
        bytes /= 4
      }
  } finally {
    closeSync(descriptor)
  }
}

export const smallDisk = (mebibytes: number): SmallDisk => {
  const parent = mkdtempSync(join(tmpdir(), 'pp-disk-'))
  const image = join(parent, 'image')
  const directory = mkdtempSync(join(parent, 'mounted-'))
  mountOne(image, directory, mebibytes)
  const filling = join(directory, 'filling')
  return {
    directory,
    fill: () => writeUntilFull(filling),
    empty: () => rmSync(filling, { force: true }),
    remove: () => {
      execFileSync('umount', ['--lazy', directory], quietly)
      rmSync(parent, { recursive: true })
    },
  }
}
