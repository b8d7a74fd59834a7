import { constants } from 'node:fs'
import { chmod, chown, lchown, open, readdir } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { nameOf, openDirectory } from '@periplus/runtime'

/** Linux's own, which Node has no name for: opens what is there without any access to its content. */
const justTheFile = 0o10000000
const { O_NOFOLLOW: noLink } = constants
const setGroup = 0o2000

/**
 * Gives all of a volume to a group that may then read and write it, and makes what is made in it later the group's too, as the kubelet
 * does for `fsGroup`. Nothing is reached through a link: each name is opened in the directory that is held open above it, and what was
 * opened is changed. With `unlessRootIs` nothing is done where the volume's own directory is so already.
 */
export const giveToGroup = async (path: string, group: number, unlessRootIs: boolean): Promise<void> => {
  const root = await openDirectory(path)
  try {
    const { gid, mode } = await root.stat()
    if (unlessRootIs && gid === group && (mode & setGroup) !== 0 && (mode & 0o770) === 0o770) return
    await giveDirectory(root, group)
  } finally {
    await root.close()
  }
}

/** What is in it first: an attempt that was cut short is seen at the directory itself. */
const giveDirectory = async (directory: FileHandle, group: number): Promise<void> => {
  for (const name of await readdir(nameOf(directory))) {
    const path = `${nameOf(directory)}/${name}`
    const entry = await open(path, justTheFile | noLink).catch(() => undefined)
    if (!entry) continue
    try {
      const stats = await entry.stat()
      if (stats.isDirectory()) await giveDirectory(entry, group)
      else if (stats.isSymbolicLink()) await lchown(path, stats.uid, group).catch(() => undefined)
      else await give(entry, stats.mode, group, 0o660)
    } finally {
      await entry.close()
    }
  }
  await give(directory, (await directory.stat()).mode, group, 0o770 | setGroup)
}

const give = async (file: FileHandle, mode: number, group: number, bits: number): Promise<void> => {
  await chown(nameOf(file), -1, group)
  await chmod(nameOf(file), (mode & 0o7777) | bits)
}
