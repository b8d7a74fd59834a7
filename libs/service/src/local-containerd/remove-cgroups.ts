import { readdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

/**
 * Removes these cgroups and all below them, in every hierarchy of the machine; one that still holds processes is refused. What
 * isn't there needs no removal.
 */
export const removeCgroups = async (
  groups: readonly string[],
  mountPoint = '/sys/fs/cgroup',
): Promise<Either<string, void>> => {
  for (const root of await hierarchies(mountPoint))
    for (const group of groups) {
      const removed = await removeTree(join(root, group))
      if (E.isLeft(removed)) return removed
    }
  return E.right(undefined)
}

/** One for version 2; one a controller for version 1. */
const hierarchies = async (mountPoint: string): Promise<readonly string[]> => {
  const names = await readdir(mountPoint).catch((): string[] => [])
  return names.includes('cgroup.controllers') ? [mountPoint] : names.map(name => join(mountPoint, name))
}

const removeTree = async (directory: string): Promise<Either<string, void>> => {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => undefined)
  if (!entries) return E.right(undefined)
  for (const entry of entries)
    if (entry.isDirectory()) {
      const removed = await removeTree(join(directory, entry.name))
      if (E.isLeft(removed)) return removed
    }
  try {
    await rmdir(directory)
    return E.right(undefined)
  } catch (error) {
    return E.left(`cgroup ${directory} cannot be removed: ${error instanceof Error ? error.message : String(error)}`)
  }
}
