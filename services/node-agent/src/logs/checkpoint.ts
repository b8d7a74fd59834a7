import { readFile, rename, writeFile } from 'node:fs/promises'
import type { LogPosition } from './follow-file.ts'

const harmless = new Set<unknown>(['ENOENT', 'ENOSPC', 'EDQUOT'])

/** How far a container's log has been shipped, kept beside it so that the next agent goes on from there. */
export const readCheckpoint = async (path: string): Promise<LogPosition> => {
  try {
    const { inode, offset } = JSON.parse(await readFile(path, 'utf8')) as Partial<LogPosition>
    return { inode: inode ?? 0, offset: offset ?? 0 }
  } catch {
    // None yet: everything is still to be shipped.
    return { inode: 0, offset: 0 }
  }
}

/**
 * Its directory goes with the pod: then there is nothing left to go on from, and nothing to write. On a full disk a later one takes
 * its place: at worst some lines are shipped twice.
 */
export const writeCheckpoint = async (path: string, position: LogPosition): Promise<void> => {
  try {
    await writeFile(`${path}.tmp`, JSON.stringify(position))
    await rename(`${path}.tmp`, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && harmless.has(error.code))) throw error
  }
}
