import { chmod, lstat, mkdir, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, normalize } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

/**
 * A path inside a volume. What is missing of it is made as accessible as the volume itself, so that whoever may write there may
 * write here too. No link leads out of the volume: a container could have put it there.
 */
export const subPathIn = async (home: string, subPath: string, volume: string): Promise<Either<string, string>> => {
  if (isAbsolute(subPath) || normalize(subPath).split('/').includes('..'))
    return E.left(`subPath "${subPath}" must be a relative path without ".."`)
  const refuse = (why: string) => E.left(`failed to prepare subPath for volumeMount "${volume}" of container: ${why}`)
  try {
    const root = await realpath(home)
    const { mode } = await stat(root)
    let path = root
    for (const part of normalize(subPath).split('/')) {
      if (part === '' || part === '.') continue
      const next = join(path, part)
      if (!(await exists(next))) {
        await mkdir(next)
        // Whatever the umask says.
        await chmod(next, mode & 0o7777)
      }
      path = await realpath(next)
      if (path !== root && !path.startsWith(`${root}/`)) return refuse(`${part} leads out of the volume`)
    }
    return E.right(path)
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  }
}

/** A link counts, whether or not it leads anywhere. */
const exists = async (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )
