import { readFile, readdir, readlink, stat, statfs } from 'node:fs/promises'
import type { DiskUsage } from '../files/disk-usage.ts'

const tmpfs = 0x01021994

/**
 * What processes of pods hold of files that have no name any more, by the pods' uids: no walk over directories finds it, and it is
 * free only when the process ends. A file that several processes hold counts once a pod.
 */
export const openDeleted = async (uids: ReadonlySet<string>): Promise<ReadonlyMap<string, DiskUsage>> => {
  const files = new Map<string, Map<string, number>>()
  for (const pid of (await readdir('/proc')).filter(name => /^\d+$/.test(name))) {
    const uid = await podOf(pid)
    if (uid === undefined || !uids.has(uid)) continue
    const known = files.get(uid) ?? new Map<string, number>()
    for (const [file, bytes] of await deletedOf(pid)) known.set(file, bytes)
    files.set(uid, known)
  }
  return new Map(
    [...files].map(([uid, known]) => [
      uid,
      { bytes: [...known.values()].reduce((sum, each) => sum + each, 0), inodes: known.size },
    ]),
  )
}

/** Its cgroup's path names the pod, whatever hierarchies the machine has. Processes end while one looks at them. */
const podOf = async (pid: string): Promise<string | undefined> =>
  /\/pod([^/\n]+)\//.exec(await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => ''))?.[1]

const deletedOf = async (pid: string): Promise<readonly (readonly [string, number])[]> => {
  const found: (readonly [string, number])[] = []
  for (const fd of await readdir(`/proc/${pid}/fd`).catch((): string[] => [])) {
    const name = `/proc/${pid}/fd/${fd}`
    if (!(await readlink(name).catch(() => '')).endsWith(' (deleted)')) continue
    const [file, system] = [await stat(name).catch(() => undefined), await statfs(name).catch(() => undefined)]
    // Memory is counted as memory.
    if (file?.isFile() && file.nlink === 0 && system && system.type !== tmpfs)
      found.push([`${file.dev}:${file.ino}`, file.blocks * 512])
  }
  return found
}
