import { statfs } from 'node:fs/promises'
import { diskUsage } from '../files/disk-usage.ts'

/** A file system, and what something takes of it. */
export interface FileSystemUse {
  readonly availableBytes: number
  readonly capacityBytes: number
  readonly usedBytes: number
  readonly inodes: number
  readonly inodesFree: number
  readonly inodesUsed: number
}

/** All of the file system that a path is on; `undefined` where there is none. */
export const fileSystemAt = async (path: string): Promise<FileSystemUse | undefined> => {
  const found = await statfs(path).catch(() => undefined)
  return (
    found && {
      availableBytes: found.bavail * found.bsize,
      capacityBytes: found.blocks * found.bsize,
      usedBytes: (found.blocks - found.bfree) * found.bsize,
      inodes: found.files,
      inodesFree: found.ffree,
      inodesUsed: found.files - found.ffree,
    }
  )
}

/** What lies below some paths of one file system. */
export const useBelow = async (around: FileSystemUse, paths: readonly string[]): Promise<FileSystemUse> => {
  const { bytes, inodes } = await diskUsage(paths)
  return { ...around, usedBytes: bytes, inodesUsed: inodes }
}
