import { closeSync, copyFileSync, fstatSync, ftruncateSync, openSync, rmSync } from 'node:fs'

/** An output file that grew over this many bytes begins anew. */
const outputLimit = 100 * 1024 * 1024

/**
 * Keeps an output file and the one before it (`<path>.1`) within a limit each, also while a process appends to it. Where the disk
 * has no room for the copy, there is none. Returns whether it began anew.
 */
export const boundFile = (path: string, limit = outputLimit): boolean => {
  let descriptor: number
  try {
    descriptor = openSync(path, 'r+')
  } catch {
    return false
  }
  try {
    if (fstatSync(descriptor).size <= limit) return false
    try {
      copyFileSync(path, `${path}.1`)
    } catch {
      // What is in it is worth less than the room, and a part of it would keep that.
      rmSync(`${path}.1`, { force: true })
    }
    ftruncateSync(descriptor)
    return true
  } finally {
    closeSync(descriptor)
  }
}
