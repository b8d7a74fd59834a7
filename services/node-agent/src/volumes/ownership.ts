import { chmod, lchown, lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Gives a volume to the pod's fsGroup: group ownership, group access, and new files inherit it. Links are left alone. */
export const giveToGroup = async (path: string, group: number): Promise<void> => {
  const found = await lstat(path)
  await lchown(path, -1, group)
  if (found.isSymbolicLink()) return
  await chmod(path, (found.mode & 0o7777) | 0o660 | (found.isDirectory() ? 0o2110 : 0))
  if (!found.isDirectory()) return
  for (const name of await readdir(path)) await giveToGroup(join(path, name), group)
}

/** `OnRootMismatch` looks at the volume's root only. */
export const belongsToGroup = async (path: string, group: number): Promise<boolean> => {
  const found = await lstat(path)
  return found.gid === group && (found.mode & 0o2770) === 0o2770
}
