import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const mountPoint = '/sys/fs/cgroup'

/** What keeps containers from having cgroups here, in words for a person; empty when nothing does. */
export const cgroupsRefused = async (): Promise<string[]> => {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map(line => line.split(' '))
  const unified = mounts.some(([, point, type]) => type === 'cgroup2' && point === mountPoint)
  return unified
    ? unifiedRefused(mountPoint, ['cpu', 'memory', 'pids'])
    : separateRefused(mounts.filter(([, , type]) => type === 'cgroup'))
}

/**
 * The same of version 2, whose one hierarchy is mounted at `root`. Offered is not yet usable: a cgroup gives its controllers to
 * children only while no process lies in it, the machine's own excepted. So one with processes in it, as the root that a
 * container sees, makes children in which every container fails.
 */
export const unifiedRefused = async (root: string, needed: readonly string[]): Promise<string[]> => {
  const missing = lackingOf(needed, await controllersOf(root))
  if (missing.length > 0) return missing
  return tried(root, async child => {
    if (lackingOf(needed, await controllersOf(child)).length === 0) return []
    try {
      // What runc does with the first container.
      await writeFile(join(root, 'cgroup.subtree_control'), needed.map(controller => `+${controller}`).join(' '))
      return []
    } catch (error) {
      const occupied = (error as NodeJS.ErrnoException).code === 'EBUSY'
      const why = occupied ? 'processes lie in it: move them to a cgroup below' : (error as Error).message
      return [`cgroup controllers below ${root} (${why})`]
    }
  })
}

/** The same of version 1: `mounted` are its lines of the table of mounts, a hierarchy for each group of controllers. */
const separateRefused = async (mounted: readonly (readonly string[])[]): Promise<string[]> => {
  if (mounted.length === 0) return [`cgroups (none mounted at ${mountPoint})`]
  const controllers = ['cpu', 'memory', 'pids', 'devices', 'freezer']
  const pointOf = (controller: string) =>
    mounted.find(([, , , options = '']) => options.split(',').includes(controller))?.[1]
  const missing = lackingOf(controllers, controllers.filter(pointOf))
  if (missing.length > 0) return missing
  return (await Promise.all(controllers.map(controller => tried(pointOf(controller)!, async () => [])))).flat()
}

const controllersOf = async (group: string): Promise<readonly string[]> =>
  (await readFile(join(group, 'cgroup.controllers'), 'utf8')).trim().split(' ')

const lackingOf = (wanted: readonly string[], offered: readonly string[]): string[] => {
  const lacking = wanted.filter(controller => !offered.includes(controller))
  return lacking.length > 0 ? [`cgroup controllers ${lacking.join(', ')}`] : []
}

/** What is said of a cgroup made below `hierarchy`, which is gone again afterwards; or why none can be made. */
const tried = async (hierarchy: string, look: (trial: string) => Promise<string[]>): Promise<string[]> => {
  const trial = join(hierarchy, `periplus-trial-${process.pid}`)
  try {
    await mkdir(trial)
    try {
      return await look(trial)
    } finally {
      await rmdir(trial)
    }
  } catch (error) {
    return [`writable cgroups (${(error as Error).message})`]
  }
}
