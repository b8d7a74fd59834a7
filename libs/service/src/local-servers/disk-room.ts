import { execFile } from 'node:child_process'
import { closeSync, openSync, rmSync, statSync, statfsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const mebibyte = 1024 ** 2
/** Of `st_blocks`, whatever the file system's own are (stat(2)). */
const statBlock = 512

/** Bytes of a file, for the log's server to be started with when the disk is full. */
export const reserveBytes = 64 * mebibyte
/** With less than this free, nothing new is created: what is left is for deletions, evictions and conditions. */
export const lowBytes = 32 * mebibyte

/** Bytes that this process may still write to the disk that holds `path`; `undefined` where nobody knows. */
export const freeBytes = (path: string): number | undefined => {
  try {
    const { bavail, bsize } = statfsSync(path)
    return bavail * bsize
  } catch {
    return undefined
  }
}

export const mebibytes = (bytes: number): string => `${Math.floor(bytes / mebibyte)} MiB`

/** Blocks on the disk for `[0, to)` of a file, beyond its end where it is shorter; false where there is no room or no such call. */
const allocate = async (path: string, to: number, keepSize: boolean): Promise<boolean> => {
  try {
    await run('fallocate', [...(keepSize ? ['--keep-size'] : []), '--length', String(to), path])
    return true
  } catch {
    return false
  }
}

const allocatedBytes = (path: string): number => {
  try {
    return statSync(path).blocks * statBlock
  } catch {
    return 0
  }
}

/** A file that only takes room until somebody who may needs it more. */
export interface DiskReserve {
  isHeld(): boolean
  /** Takes the room, where as much again stays free; false where it cannot be had now. */
  take(): Promise<boolean>
  giveBack(): void
}

export const diskReserve = (directory: string, bytes = reserveBytes): DiskReserve => {
  const path = join(directory, 'reserve')
  const isHeld = (): boolean => allocatedBytes(path) >= bytes
  return {
    isHeld,
    take: async () => {
      if (isHeld()) return true
      if ((freeBytes(directory) ?? 0) < bytes + 2 * lowBytes) return false
      closeSync(openSync(path, 'a', 0o600))
      if ((await allocate(path, bytes, false)) && isHeld()) return true
      rmSync(path, { force: true })
      return false
    },
    giveBack: () => rmSync(path, { force: true }),
  }
}

/** Largest file of a stream without a limit of bytes: nats-server begins another one there. */
const largestBlock = 8 * mebibyte

/**
 * Gives the file that the stream is writing to its blocks on the disk beforehand, up to where the server begins the next file.
 * Nobody else can take them, so with a full disk the stream still takes what fits in. True where the file has them.
 */
export const reserveForStream = async (natsDirectory: string, stream: string): Promise<boolean> => {
  const directory = join(natsDirectory, 'jetstream', '$G', 'streams', stream, 'msgs')
  const numbers = (await readdir(directory).catch(() => [])).map(name => Number(/^(\d+)\.blk$/.exec(name)?.[1] ?? 0))
  const newest = Math.max(0, ...numbers)
  if (newest === 0) return false
  const path = join(directory, `${newest}.blk`)
  const { size, blocks } = await stat(path)
  if (size >= largestBlock || blocks * statBlock >= largestBlock) return true
  return allocate(path, largestBlock, true)
}
