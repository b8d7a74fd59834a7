import { constants } from 'node:fs'
import { mkdir, open, stat } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

const kinds = {
  Directory: { is: 'isDirectory', what: 'directory' },
  DirectoryOrCreate: { is: 'isDirectory', what: 'directory' },
  File: { is: 'isFile', what: 'file' },
  FileOrCreate: { is: 'isFile', what: 'file' },
  Socket: { is: 'isSocket', what: 'socket file' },
  CharDevice: { is: 'isCharacterDevice', what: 'character device' },
  BlockDevice: { is: 'isBlockDevice', what: 'block device' },
} as const satisfies Record<string, { readonly is: keyof Stats; readonly what: string }>

const isKind = (type: string): type is keyof typeof kinds => Object.hasOwn(kinds, type)

/** Whether a path of the machine is what a hostPath volume wants it to be; the creating types create it. */
export const checkHostPath = async (path: string, type: string): Promise<Either<string, void>> => {
  if (type === '') return E.right(undefined)
  if (!isKind(type)) return E.left(`${type} is an invalid volume type`)
  if (type === 'DirectoryOrCreate') await mkdir(path, { recursive: true, mode: 0o755 }).catch(orPresent)
  if (type === 'FileOrCreate') await makeFile(path).catch(orPresent)
  // What is there now: it may not be what was there, or made, a moment ago.
  const found = await stat(path).catch(() => undefined)
  const { is, what } = kinds[type]
  return found?.[is]() ? E.right(undefined) : E.left(`hostPath type check failed: ${path} is not a ${what}`)
}

const { O_CREAT: create, O_EXCL: butNew, O_WRONLY: write } = constants

/** Nothing that is there already is opened: that could be a pipe, which waits for a reader. */
const makeFile = async (path: string): Promise<void> => (await open(path, create | butNew | write, 0o644)).close()

const orPresent = (error: unknown): undefined => {
  if (!(error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOTDIR'))) throw error
}
