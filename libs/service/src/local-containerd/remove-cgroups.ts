import { readFile, readdir, rmdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { E, messageOf, pause } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'

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

/** Milliseconds that killed processes have to be gone, and how often that is looked at. */
const goneAfter = 50
const mostLooks = 20

/**
 * Removes them as `removeCgroups` does, and kills what still runs in them first. A runtime that is killed while it makes a container knows
 * nothing of its process afterwards, which then has no other end.
 */
export const endCgroups = async (
  groups: readonly string[],
  clock: Clock,
  mountPoint = '/sys/fs/cgroup',
): Promise<Either<string, void>> => {
  for (let left = mostLooks; ; left--) {
    const removed = await removeCgroups(groups, mountPoint)
    if (E.isRight(removed) || left === 0) return removed
    for (const root of await hierarchies(mountPoint)) for (const group of groups) await killIn(join(root, group))
    await pause(clock, goneAfter)
  }
}

const killIn = async (directory: string): Promise<void> => {
  const names = await readdir(directory, { recursive: true }).catch((): string[] => [])
  for (const name of names.filter(one => basename(one) === 'cgroup.procs')) {
    const held = await readFile(join(directory, name), 'utf8').catch(() => '')
    // 0 stands for one that cannot be seen from here, and is nobody's to kill: it would be this process and all beside it.
    for (const pid of held.split('\n').map(Number)) if (pid > 0) kill(pid)
  }
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
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
    return E.left(`cgroup ${directory} cannot be removed: ${messageOf(error)}`)
  }
}
