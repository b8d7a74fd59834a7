import { execFile } from 'node:child_process'
import { closeSync, existsSync, openSync, rmSync, statSync, statfsSync, truncateSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { systemClock } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'

const run = promisify(execFile)
const mebibyte = 1024 ** 2
/** Of `st_blocks`, whatever the file system's own are (stat(2)). */
const statBlock = 512

/** Bytes of a file, for the log's server to be started with when the disk is full. */
export const reserveBytes = 64 * mebibyte
/** What is given back of it at once: the log's next block, and what else a server writes when it starts. */
export const portionBytes = 16 * mebibyte
/** With less than this free, nothing new is created: what is left is for deletions, evictions and conditions. */
export const lowBytes = 32 * mebibyte
/** What the reserve leaves to others of the room that comes, until it is whole. */
const leftToOthers = 8 * mebibyte

/** Bytes that this process may still write to the disk that holds `path`; `undefined` where nobody knows. */
export const freeBytes = (path: string): number | undefined => {
  try {
    const { bavail, bsize } = statfsSync(path)
    return bavail * bsize
  } catch {
    return undefined
  }
}

/** While this lasts, far less is written to the log than `lowBytes`. */
const sameRoomMilliseconds = 20

/**
 * Whether the disk that holds `path` has less than `lowBytes` free. Asked before each creation: the disk is looked at once for those that
 * come together, as a look takes the loop longer than much else of a write.
 */
export const nearlyFull = (
  path: string,
  clock: Pick<Clock, 'now'> = systemClock,
  free = freeBytes,
): (() => boolean) => {
  let [isFull, looked] = [false, -Infinity]
  return () => {
    const now = clock.now()
    // A clock may be set back.
    if (now >= looked && now < looked + sameRoomMilliseconds) return isFull
    looked = now
    isFull = (free(path) ?? Infinity) < lowBytes
    return isFull
  }
}

/** Bytes for people. */
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

/** Bytes that a file takes on its disk; 0 where there is none. */
export const allocatedBytes = (path: string): number => {
  try {
    return statSync(path).blocks * statBlock
  } catch {
    return 0
  }
}

/** A file that only takes room until somebody who may needs it more. */
export interface DiskReserve {
  /** Bytes that it takes. */
  held(): number
  /** All of it is there. */
  isWhole(): boolean
  /** Takes of the room that there is what it lacks, but for so many bytes; true where it is whole then. */
  take(leaving?: number): Promise<boolean>
  /** Gives back so much of it. */
  giveBack(bytes: number): void
}

/** A file that holds room on the disk, for what needs it when there is none left. */
export const diskReserve = (directory: string, bytes = reserveBytes): DiskReserve => {
  const path = join(directory, 'reserve')
  const held = (): number => allocatedBytes(path)
  const isWhole = (): boolean => held() >= bytes
  return {
    held,
    isWhole,
    take: async (leaving = leftToOthers) => {
      const room = (freeBytes(directory) ?? 0) - leaving
      const [has, may] = [held(), Math.floor(room / mebibyte) * mebibyte]
      if (has >= bytes || may <= 0) return has >= bytes
      closeSync(openSync(path, 'a', 0o600))
      await allocate(path, Math.min(bytes, has + may), false)
      return isWhole()
    },
    giveBack: given => {
      const rest = held() - given
      // To shorten a file takes no room.
      if (rest > 0) truncateSync(path, rest)
      else rmSync(path, { force: true })
    },
  }
}

/**
 * That the log's server could not write: what it had not acknowledged by then has left gaps in the log, of which nobody has said yet that
 * they are no loss. It outlives a kill of everything.
 */
export interface UnaccountedGaps {
  isSet(): boolean
  /** False where not even this can be written. */
  set(): boolean
  clear(): void
}

/** A mark on the disk, as it must outlive what sets it. */
export const unaccountedGaps = (directory: string): UnaccountedGaps => {
  const path = join(directory, 'unaccounted-gaps')
  return {
    isSet: () => existsSync(path),
    set: () => {
      try {
        closeSync(openSync(path, 'a', 0o600))
        return true
      } catch {
        return false
      }
    },
    clear: () => rmSync(path, { force: true }),
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
