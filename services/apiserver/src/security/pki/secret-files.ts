import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isAbsent, messageOf } from '@periplus/prelude'
import { FileNotWritten, writePrivately } from '@periplus/service'

/** A file of the cluster's keys that cannot be used, and that nobody but its owner may replace: others trust what was in it. */
export class UnusableKey extends Error {
  override readonly name = 'UnusableKey'
}

const isTaken = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EEXIST'

export const readSecret = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isAbsent(error)) return undefined
    // The system's own words name no file.
    throw new UnusableKey(`${path} cannot be read: ${messageOf(error)}`)
  }
}

const written = async (path: string, text: string): Promise<string> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(temporary, text, { mode: 0o600, flag: 'wx' })
    return temporary
  } catch (error) {
    await rm(temporary, { force: true })
    throw new FileNotWritten(path, error)
  }
}

/** Replaces the file in one step; mode 0600. A reader sees the old or the new text, never half of one. */
export const replaceSecret = async (path: string, text: string): Promise<void> => writePrivately(path, text)

/** Writes the file unless there is one, and answers what is there then: of several processes that start at once, one wins. */
export const createSecret = async (path: string, text: string): Promise<string> => {
  const temporary = await written(path, text)
  try {
    await link(temporary, path)
    return text
  } catch (error) {
    if (!isTaken(error)) throw error
    return await readFile(path, 'utf8')
  } finally {
    await unlink(temporary)
  }
}
