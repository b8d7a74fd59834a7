import { lstat, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { readPlainFile } from '../files/open-plain-file.ts'

/** `.<date>-<time>`, as the kubelet names rotated logs; `.gz` once it is compressed. */
const rotatedName = /^\.\d{8}-\d{6}(?:\.\d+)?(?:\.gz)?$/

/** The rotated files of a log, oldest first. */
export const rotatedFiles = async (path: string): Promise<readonly string[]> => {
  const name = basename(path)
  const names = await readdir(dirname(path)).catch((): string[] => [])
  return names
    .filter(other => other.startsWith(name) && rotatedName.test(other.slice(name.length)))
    .sort()
    .map(other => join(dirname(path), other))
}

/** All of a rotated file, unpacked; it has at most a rotation's size. Empty when it has just gone. */
export const readRotated = async (path: string): Promise<Buffer> => {
  const bytes = await readPlainFile(path)
  return path.endsWith('.gz') && bytes.length > 0 ? await promisify(gunzip)(bytes) : bytes
}

/** Its inode and size; `undefined` where there is no file. */
export const fileMark = async (
  path: string,
): Promise<{ readonly inode: number; readonly size: number } | undefined> => {
  const found = await lstat(path).catch(() => undefined)
  return found && { inode: found.ino, size: found.size }
}
