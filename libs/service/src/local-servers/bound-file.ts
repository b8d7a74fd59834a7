import { closeSync, copyFileSync, fstatSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from 'node:fs'

/** An output file that grew over this many bytes begins anew. */
const outputLimit = 100 * 1024 * 1024

const chunkBytes = 64 * 1024

/** What was written to a file while it was copied, behind the copy. */
const copyRest = (descriptor: number, copy: string): void => {
  const into = openSync(copy, 'a')
  try {
    const buffer = Buffer.alloc(chunkBytes)
    for (let at = fstatSync(into).size; ;) {
      const read = readSync(descriptor, buffer, 0, buffer.length, at)
      if (read === 0) return
      at += writeSync(into, buffer, 0, read)
    }
  } finally {
    closeSync(into)
  }
}

/**
 * Keeps an output file and the one before it (`<path>.1`) within a limit each, also while a process appends to it. Where the disk
 * has no room for the copy, there is none. Returns whether it began anew. `copy`: how files are copied.
 */
export const boundFile = (
  path: string,
  limit = outputLimit,
  copy: (from: string, to: string) => void = copyFileSync,
): boolean => {
  let descriptor: number
  try {
    descriptor = openSync(path, 'r+')
  } catch {
    return false
  }
  try {
    if (fstatSync(descriptor).size <= limit) return false
    try {
      copy(path, `${path}.1`)
      copyRest(descriptor, `${path}.1`)
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
