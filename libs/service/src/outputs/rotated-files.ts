import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'

/**
 * How many files of what an output was before are kept: `<path>.1`, the newest, to `<path>.5`, as kube-up has logrotate do; from the second on they
 * are compressed some time (`<path>.2.gz`).
 */
export const keptOutputs = 5

export const rotatedPath = (path: string, age: number): string => `${path}.${age}`

/** What a file is called once it is compressed. */
export const compressedPath = (rotated: string): string => `${rotated}.gz`

/** A file of what an output was before. */
export interface RotatedFile {
  /** The same under each name that the file comes to have, compressed as well, and no other's of its output. */
  readonly id: string
  /** When nothing more was written to it, in milliseconds since the epoch. */
  readonly endedAt: number
}

export interface OpenRotatedFile extends RotatedFile {
  readonly file: FileHandle
  readonly isCompressed: boolean
}

const ages = Array.from({ length: keptOutputs }, (_, i) => i + 1)

/** No two of an output have one time (`rotateFile`), and a compressed one keeps it. */
const rotatedOf = ({ mtimeMs }: { mtimeMs: number }): RotatedFile => ({
  id: String(Math.round(mtimeMs)),
  endedAt: Math.round(mtimeMs),
})

/** Names that a file of an age may have, in the order in which it comes to have them. */
export const namesOf = (path: string, age: number): readonly string[] => {
  const plain = rotatedPath(path, age)
  return [plain, compressedPath(plain)]
}

/** A file to be read; `undefined` where there is none. Links, pipes and devices are none of ours. */
export const openOutput = async (path: string): Promise<FileHandle | undefined> => {
  const { O_RDONLY: read, O_NOFOLLOW: noLink, O_NONBLOCK: atOnce } = constants
  const file = await open(path, read | noLink | atOnce).catch(() => undefined)
  if (!file || (await file.stat()).isFile()) return file
  await file.close()
  return undefined
}

/** What the newest of them is, if there is one. */
export const newestRotated = async (path: string): Promise<string | undefined> => {
  for (const name of ages.flatMap(age => namesOf(path, age))) {
    const found = await stat(name).catch(() => undefined)
    if (found) return rotatedOf(found).id
  }
  return undefined
}

/** All of them, the newest first; whoever asks closes them. */
export const openRotated = async (path: string): Promise<readonly OpenRotatedFile[]> => {
  const found = new Map<string, OpenRotatedFile>()
  // They only ever become older, and compressed, so that none is missed on the way up; one may be met twice.
  for (const name of ages.flatMap(age => namesOf(path, age))) {
    const file = await openOutput(name)
    if (!file) continue
    const rotated = rotatedOf(await file.stat())
    if (found.has(rotated.id)) await file.close()
    else found.set(rotated.id, { ...rotated, file, isCompressed: name.endsWith('.gz') })
  }
  return [...found.values()]
}
