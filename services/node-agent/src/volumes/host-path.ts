import { mkdir, open, stat } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

/** Whether a path of the machine is what a hostPath volume wants it to be; the creating types create it. */
export const checkHostPath = async (path: string, type: string): Promise<Either<string, void>> => {
  const found = await stat(path).catch(() => undefined)
  switch (type) {
    case '':
      return E.right(undefined)
    case 'DirectoryOrCreate':
      if (!found) await mkdir(path, { recursive: true, mode: 0o755 })
      return expect(!found || found.isDirectory(), path, 'directory')
    case 'FileOrCreate':
      if (!found) await (await open(path, 'a', 0o644)).close()
      return expect(!found || found.isFile(), path, 'file')
    case 'Directory':
      return expect(isA(found, 'isDirectory'), path, 'directory')
    case 'File':
      return expect(isA(found, 'isFile'), path, 'file')
    case 'Socket':
      return expect(isA(found, 'isSocket'), path, 'socket file')
    case 'CharDevice':
      return expect(isA(found, 'isCharacterDevice'), path, 'character device')
    case 'BlockDevice':
      return expect(isA(found, 'isBlockDevice'), path, 'block device')
    default:
      return E.left(`${type} is an invalid volume type`)
  }
}

type Question = 'isDirectory' | 'isFile' | 'isSocket' | 'isCharacterDevice' | 'isBlockDevice'

const isA = (found: Stats | undefined, question: Question): boolean => found?.[question]() ?? false

const expect = (right: boolean, path: string, what: string): Either<string, void> =>
  right ? E.right(undefined) : E.left(`hostPath type check failed: ${path} is not a ${what}`)
