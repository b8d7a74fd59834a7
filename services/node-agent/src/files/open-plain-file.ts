import { constants } from 'node:fs'
import { open, readlink } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { nameOf } from '@periplus/runtime'

const { O_RDONLY: read, O_NOFOLLOW: noLink, O_NONBLOCK: atOnce } = constants

/**
 * Opens a file of the node's own for reading, if it is one and nothing on the way to it is a link: who has the node's logs mounted can
 * put a link to any file of the machine, or a pipe that nobody writes to, in a log's place, and the node reads as root. `path` is
 * named as the kernel names it.
 */
export const openPlainFile = async (path: string): Promise<FileHandle | undefined> => {
  const file = await open(path, read | noLink | atOnce).catch(() => undefined)
  if (!file) return undefined
  if ((await file.stat()).isFile() && (await readlink(nameOf(file))) === path) return file
  await file.close()
  return undefined
}
